//! The product.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::peer::Peer;
use super::site::Site;
use crate::bench::measure::Fault;
use crate::bench::results::OURS;
use crate::error::Error;

pub(super) struct Chaosgate(pub(super) PathBuf);

impl Peer for Chaosgate {
    fn name(&self) -> &'static str {
        OURS
    }

    fn find(&self) -> Result<PathBuf, String> {
        Ok(self.0.clone())
    }

    fn command(&self, program: &Path, site: &Site) -> Result<Option<Command>, Error> {
        let mut command = Command::new(program);
        command.args(["proxy", "--listen", &site.listen.to_string()]);
        command.args(["--upstream", &site.upstream.to_string()]);
        if site.is_udp {
            command.arg("--udp");
        }
        if let Some(fault) = site.fault {
            command.args(["--to-client", &notation(fault)]);
        }
        Ok(Some(command))
    }
}

fn notation(fault: Fault) -> String {
    match fault {
        Fault::Latency { milliseconds } => format!("latency:{milliseconds}ms"),
        Fault::Bandwidth { bytes_per_second } => format!("bandwidth:{bytes_per_second}B/s"),
        Fault::Slice { bytes } => format!("slice:{bytes}B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::line;

    #[test]
    fn the_fault_is_on_the_way_to_the_client() {
        let fault = Some(Fault::Latency { milliseconds: 10 });
        let site = Site::known(Path::new("/"), true, fault);
        let command = Chaosgate(PathBuf::new()).command(Path::new("gate"), &site).unwrap().unwrap();
        let expected =
            "gate proxy --listen 127.0.0.1:1 --upstream 127.0.0.1:2 --udp --to-client latency:10ms";
        assert_eq!(line(&command), expected);
    }
}
