//! Installs what the tests need: the servers that they talk to, clients that are programs, and a
//! compiler for the fuzz targets; what counts instructions; and other proxies, to compare with.

use std::process::{Command, Stdio};

use chaosgate_testkit::Binary;

use crate::error::Error;
use crate::run::{output, run};
use crate::skips::Skips;

/// The servers and the clients, and the Debian packages they are in.
const SERVERS: [(Binary, &str); 5] = [
    (Binary::POSTGRES, "postgresql"),
    (Binary::REDIS, "redis-server"),
    (Binary::NGINX, "nginx"),
    (Binary::DNSMASQ, "dnsmasq-base"),
    (Binary::DIG, "bind9-dnsutils"),
];

/// What libFuzzer is compiled with.
const COMPILER: (Binary, &str) = (Binary { name: "c++", elsewhere: &[] }, "g++");

/// What counts instructions.
const COUNTER: Binary = Binary { name: "valgrind", elsewhere: &[] };

/// Installs the servers and clients that are missing. One that cannot be had is skipped: its tests
/// say so as well, but this tells why.
pub(crate) fn servers(skips: &mut Skips) {
    install(&SERVERS, skips);
}

/// Installs a C++ compiler if none is there. Whether there is one then; if not, that is noted.
pub(crate) fn compiler(skips: &mut Skips) -> bool {
    install(&[COMPILER], skips);
    COMPILER.0.find().is_ok()
}

/// Installs what counts instructions if it is not there: nothing can be counted without it.
pub(crate) fn counter() -> Result<(), Error> {
    if COUNTER.find().is_ok() { Ok(()) } else { package(COUNTER.name) }
}

/// Installs the packages of the programs that are missing.
pub(crate) fn install(binaries: &[(Binary, &'static str)], skips: &mut Skips) {
    let missing: Vec<_> = binaries.iter().filter(|(binary, _)| binary.find().is_err()).collect();
    if missing.is_empty() {
        return;
    }
    let Some(privilege) = Privilege::found() else {
        for (binary, package) in missing {
            skips.add(binary.name, Error::Privilege { package });
        }
        return;
    };
    // An index that cannot be refreshed may still do.
    if let Err(error) = run(&mut privilege.apt_get(&["update", "-qq"])) {
        eprintln!("warning: {error}");
    }
    for (binary, package) in missing {
        let install =
            privilege.apt_get(&["install", "-y", "-qq", "--no-install-recommends", package]);
        install_one(binary, install, skips);
    }
}

/// Installs a package, whatever is in it.
pub(crate) fn package(name: &'static str) -> Result<(), Error> {
    let privilege = Privilege::found().ok_or(Error::Privilege { package: name })?;
    run(&mut privilege.apt_get(&["update", "-qq"]))?;
    run(&mut privilege.apt_get(&["install", "-y", "-qq", "--no-install-recommends", name]))
}

fn install_one(binary: &Binary, mut install: Command, skips: &mut Skips) {
    if let Err(error) = run(&mut install) {
        skips.add(binary.name, error);
    } else if let Err(error) = binary.find() {
        skips.add(binary.name, error);
    }
}

/// How packages may be installed.
#[derive(Debug, Clone, Copy)]
enum Privilege {
    Root,
    Sudo,
}

impl Privilege {
    /// The one that this process has, without asking anybody for a password.
    fn found() -> Option<Self> {
        let user = output(Command::new("id").arg("-u")).ok()?;
        if user.trim_ascii() == b"0" {
            return Some(Self::Root);
        }
        let sudo = Command::new("sudo").args(["-n", "true"]).stderr(Stdio::null()).status();
        sudo.is_ok_and(|status| status.success()).then_some(Self::Sudo)
    }

    /// An `apt-get` that asks nothing.
    fn apt_get(self, arguments: &[&str]) -> Command {
        let mut command = match self {
            Self::Root => Command::new("env"),
            Self::Sudo => {
                let mut sudo = Command::new("sudo");
                sudo.args(["-n", "env"]);
                sudo
            }
        };
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(arguments);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::line;

    #[test]
    fn packages_are_installed_without_a_question() {
        let install = ["install", "-y", "nginx"];
        let expected = "env DEBIAN_FRONTEND=noninteractive apt-get install -y nginx";
        assert_eq!(line(&Privilege::Root.apt_get(&install)), expected);
        assert_eq!(line(&Privilege::Sudo.apt_get(&install)), format!("sudo -n {expected}"));
    }

    #[test]
    fn a_server_that_cannot_be_installed_is_skipped_with_the_reason() {
        let directory = tempfile::tempdir().unwrap();
        let mut skips = Skips::new(directory.path()).unwrap();
        let binary = Binary { name: "no-such-server", elsewhere: &[] };
        install_one(&binary, Command::new("no-such-installer"), &mut skips);
        let mut useless = Command::new("cargo");
        useless.arg("--version");
        install_one(&binary, useless, &mut skips);
        let error = skips.conclude(true).unwrap_err();
        assert_eq!(error.to_string(), "2 skipped, and with CI=true nothing may be");
    }
}
