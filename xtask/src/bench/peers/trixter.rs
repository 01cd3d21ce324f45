//! trixter, of crates.io.

use std::path::{Path, PathBuf};
use std::process::Command;

use chaosgate_testkit::Binary;

use super::peer::{Peer, installed};
use super::site::Site;
use crate::bench::measure::Fault;
use crate::error::Error;

pub(super) struct Trixter;

impl Peer for Trixter {
    fn name(&self) -> &'static str {
        "trixter"
    }

    fn find(&self) -> Result<PathBuf, String> {
        installed(Binary { name: "trixter", elsewhere: &[] }, "cargo install trixter")
    }

    fn command(&self, program: &Path, site: &Site) -> Result<Option<Command>, Error> {
        // It delays each read and each write, of both directions: no value of it is a latency of one.
        if site.is_udp || matches!(site.fault, Some(Fault::Latency { .. })) {
            return Ok(None);
        }
        let mut command = Command::new(program);
        command.args(["--listen", &site.listen.to_string()]);
        command.args(["--upstream", &site.upstream.to_string()]);
        command.args(["--api", &site.control.to_string()]);
        command.args(site.fault.map(option).into_iter().flatten());
        Ok(Some(command))
    }
}

fn option(fault: Fault) -> [String; 2] {
    let (name, value) = match fault {
        Fault::Latency { milliseconds } => ("--delay-ms", milliseconds),
        Fault::Bandwidth { bytes_per_second } => ("--throttle-rate-bytes", bytes_per_second),
        Fault::Slice { bytes } => ("--slice-size-bytes", bytes),
    };
    [name.to_owned(), value.to_string()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::line;

    fn shown(fault: Fault) -> Option<String> {
        let site = Site::known(Path::new("/"), false, Some(fault));
        Trixter.command(Path::new("trixter"), &site).unwrap().as_ref().map(line)
    }

    #[test]
    fn a_fault_is_an_option() {
        let addresses = "--listen 127.0.0.1:1 --upstream 127.0.0.1:2 --api 127.0.0.1:3";
        let expected = format!("trixter {addresses} --slice-size-bytes 7");
        assert_eq!(shown(Fault::Slice { bytes: 7 }), Some(expected));
    }

    #[test]
    fn it_has_no_latency_of_one_direction() {
        assert_eq!(shown(Fault::Latency { milliseconds: 10 }), None);
    }
}
