//! Installs the clients of Toxiproxy that the tests run, unmodified from the registries of their
//! languages, below the target directory.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use chaosgate_testkit::Binary;

use crate::error::Error;
use crate::installed::unless_installed;
use crate::root::root;
use crate::run::run;
use crate::setup::{self, install};
use crate::skips::Skips;

/// What runs the clients in JavaScript, and the Debian packages it is in.
const NODE: [(Binary, &str); 2] = [
    (Binary { name: "node", elsewhere: &[] }, "nodejs"),
    (Binary { name: "npm", elsewhere: &[] }, "npm"),
];

/// What finds the libraries that the clients in Rust link.
const PKG_CONFIG: (Binary, &str) = (Binary { name: "pkg-config", elsewhere: &[] }, "pkg-config");

/// Installs those that are missing or of another version. One that cannot be had is skipped, with
/// the reason.
pub(crate) fn install_all(target: &Path, full: bool, skips: &mut Skips) {
    let mut done =
        vec![("python", Clients::new(target, "python", "requirements.txt").install(python))];
    install(&NODE, skips);
    done.push(("node", Clients::new(target, "node", "package.json").install(node)));
    if full {
        install(&[PKG_CONFIG], skips);
        done.push(("rust", Clients::new(target, "rust", "Cargo.toml").install(rust)));
    }
    for (language, done) in done {
        if let Err(error) = done {
            skips.add(&format!("clients in {language}"), error);
        }
    }
}

/// The clients of one language.
struct Clients {
    /// What is to be installed.
    wanted: PathBuf,
    /// Where.
    directory: PathBuf,
}

impl Clients {
    fn new(target: &Path, language: &str, wanted: &str) -> Self {
        Self {
            wanted: root().join("crates/cli/tests/clients").join(language).join(wanted),
            directory: target.join("clients").join(language),
        }
    }

    /// Installs what is wanted, unless that is there.
    fn install(&self, work: impl FnOnce(&Self) -> Result<(), Error>) -> Result<(), Error> {
        unless_installed(&self.wanted, &self.directory, || work(self))
    }
}

fn python(clients: &Clients) -> Result<(), Error> {
    let make = || run(Command::new("python3").args(["-m", "venv"]).arg(&clients.directory));
    // Debian's Python comes without what this takes.
    make().or_else(|_| setup::package("python3-venv").and_then(|()| make()))?;
    let mut pip = Command::new(clients.directory.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    run(pip.arg(&clients.wanted))
}

fn node(clients: &Clients) -> Result<(), Error> {
    let package = clients.directory.join("package.json");
    fs::copy(&clients.wanted, &package).map_err(Error::file("write", package))?;
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--no-package-lock"]);
    run(npm.current_dir(&clients.directory))
}

/// Cargo gets them itself; what they link has to be there.
fn rust(_: &Clients) -> Result<(), Error> {
    let find = || run(Command::new("pkg-config").args(["--exists", "openssl"]));
    find().or_else(|_| setup::package("libssl-dev").and_then(|()| find()))
}
