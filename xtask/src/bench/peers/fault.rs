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
