//! fault, whose package on crates.io is fault-cli.

use std::path::{Path, PathBuf};
use std::process::Command;

use chaosgate_testkit::Binary;
use serde_json::{Value, json};

use super::peer::{Peer, installed};
use super::site::Site;
use crate::bench::measure;
use crate::error::Error;

pub(super) struct Fault;

impl Peer for Fault {
    fn name(&self) -> &'static str {
        "fault"
    }

    fn find(&self) -> Result<PathBuf, String> {
        installed(Binary { name: "fault", elsewhere: &[] }, "cargo install fault-cli")
    }

    fn command(&self, program: &Path, site: &Site) -> Result<Option<Command>, Error> {
        let Some(faults) = faults(site.fault) else { return Ok(None) };
        let file = site.file("fault.json", &document(site, &faults).to_string())?;
        let mut command = Command::new(program);
        command.args(["--output", "json", "run"]).arg(file);
        Ok(Some(command))
    }
}

/// Its latency delays the first data of a connection alone, and it cuts nothing.
fn faults(fault: Option<measure::Fault>) -> Option<Value> {
    match fault {
        None => Some(json!([])),
        Some(measure::Fault::Bandwidth { bytes_per_second }) => Some(json!([{
            "type": "bandwidth", "flow": "to-client", "bytes_per_second": bytes_per_second,
        }])),
        Some(_) => None,
    }
}

fn document(site: &Site, faults: &Value) -> Value {
    json!({
        "schema_version": 1,
        "name": "bench",
        "proxies": [{
            "name": "bench",
            "protocol": if site.is_udp { "udp" } else { "tcp" },
            "listen": site.listen,
            "upstream": site.upstream,
        }],
        "phases": [{ "name": "bench", "proxies": [{ "proxy": "bench", "faults": faults }] }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_on_the_way_to_the_client_and_a_latency_is_none() {
        let rate = faults(Some(measure::Fault::Bandwidth { bytes_per_second: 7 })).unwrap();
        assert_eq!(
            (&rate[0]["flow"], &rate[0]["bytes_per_second"]),
            (&json!("to-client"), &json!(7))
        );
        assert_eq!(faults(Some(measure::Fault::Latency { milliseconds: 10 })), None);
    }

    #[test]
    fn without_a_fault_its_only_phase_does_nothing() {
        let site = Site::known(Path::new("/"), true, None);
        let document = document(&site, &faults(None).unwrap());
        assert_eq!(document["proxies"][0]["protocol"], "udp");
        assert_eq!(document["phases"][0]["proxies"][0]["faults"], json!([]));
    }
}
