//! `HAProxy`, with and without splice, as it comes and tuned for bulk.

use std::path::{Path, PathBuf};
use std::process::Command;

use chaosgate_testkit::Binary;

use super::peer::{Peer, installed};
use super::site::Site;
use crate::error::Error;

const BINARY: Binary = Binary { name: "haproxy", elsewhere: &["/usr/sbin", "/usr/local/sbin"] };

#[derive(Debug, Clone, Copy)]
pub(super) struct HaProxy {
    name: &'static str,
    splices: bool,
    /// Lines of its section `global`.
    tuning: &'static str,
}

pub(super) const VARIANTS: [HaProxy; 4] = [
    HaProxy { name: "haproxy", splices: false, tuning: "" },
    HaProxy { name: "haproxy-tuned", splices: false, tuning: "tune.bufsize 131072" },
    HaProxy { name: "haproxy-splice", splices: true, tuning: "" },
    HaProxy { name: "haproxy-splice-tuned", splices: true, tuning: "tune.pipesize 524288" },
];

impl Peer for HaProxy {
    fn name(&self) -> &'static str {
        self.name
    }

    fn packages(&self) -> &'static [&'static str] {
        &["haproxy"]
    }

    fn find(&self) -> Result<PathBuf, String> {
        installed(BINARY, "apt-get install haproxy")
    }

    fn version(&self) -> &'static str {
        "-v"
    }

    fn command(&self, program: &Path, site: &Site) -> Result<Option<Command>, Error> {
        if site.is_udp || site.fault.is_some() {
            return Ok(None);
        }
        let file = site.file(&format!("{}.cfg", self.name), &self.configuration(site))?;
        let mut command = Command::new(program);
        command.arg("-db").arg("-f").arg(file);
        Ok(Some(command))
    }
}

impl HaProxy {
    /// `splice-auto` would leave it to a guess whether a stream is worth it; `maxconn` is for all clients
    /// of the largest measure.
    fn configuration(&self, site: &Site) -> String {
        let splice =
            if self.splices { "option splice-request\n    option splice-response" } else { "" };
        let (tuning, Site { listen, upstream, .. }) = (self.tuning, site);
        format!(
            "\
global
    maxconn 5000
    {tuning}
defaults
    mode tcp
    {splice}
    timeout connect 10s
    timeout client 60s
    timeout server 60s
listen bench
    bind {listen}
    server upstream {upstream}
"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_variant_has_its_own_lines() {
        let site = Site::known(Path::new("/"), false, None);
        let has = |text: &str| VARIANTS.map(|variant| variant.configuration(&site).contains(text));
        assert_eq!(has("option splice-request"), [false, false, true, true]);
        assert_eq!(has("option splice-response"), [false, false, true, true]);
        assert_eq!(has("tune.pipesize 524288"), [false, false, false, true]);
        assert_eq!(has("bind 127.0.0.1:1"), [true; 4]);
        assert_eq!(has("server upstream 127.0.0.1:2"), [true; 4]);
    }
}
