//! socat: a process for each connection.

use std::path::{Path, PathBuf};
use std::process::Command;

use chaosgate_testkit::Binary;

use super::peer::{Peer, installed};
use super::site::Site;
use crate::error::Error;

const BINARY: Binary = Binary { name: "socat", elsewhere: &[] };

pub(super) struct Socat;

impl Peer for Socat {
    fn name(&self) -> &'static str {
        "socat"
    }

    fn packages(&self) -> &'static [&'static str] {
        &["socat"]
    }

    fn find(&self) -> Result<PathBuf, String> {
        installed(BINARY, "apt-get install socat")
    }

    fn version(&self) -> &'static str {
        "-V"
    }

    fn command(&self, program: &Path, site: &Site) -> Result<Option<Command>, Error> {
        if site.fault.is_some() {
            return Ok(None);
        }
        let protocol = if site.is_udp { "UDP4" } else { "TCP4" };
        let Site { listen, upstream, .. } = site;
        let mut command = Command::new(program);
        command.arg(format!(
            "{protocol}-LISTEN:{},bind={},reuseaddr,fork{}",
            listen.port(),
            listen.ip(),
            if site.is_udp { "" } else { ",nodelay,backlog=1024" }
        ));
        command.arg(format!("{protocol}:{upstream}{}", if site.is_udp { "" } else { ",nodelay" }));
        Ok(Some(command))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::line;

    #[test]
    fn a_child_for_each_client_connects_to_the_server() {
        let shown = |is_udp| {
            let site = Site::known(Path::new("/"), is_udp, None);
            line(&Socat.command(Path::new("socat"), &site).unwrap().unwrap())
        };
        let listen = "TCP4-LISTEN:1,bind=127.0.0.1,reuseaddr,fork,nodelay,backlog=1024";
        assert_eq!(shown(false), format!("socat {listen} TCP4:127.0.0.1:2,nodelay"));
        let listen = "UDP4-LISTEN:1,bind=127.0.0.1,reuseaddr,fork";
        assert_eq!(shown(true), format!("socat {listen} UDP4:127.0.0.1:2"));
    }
}
