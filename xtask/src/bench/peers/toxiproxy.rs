//! Toxiproxy's server, which is told of a proxy and its toxics over HTTP.

use std::env;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::peer::Peer;
use super::site::Site;
use crate::bench::measure::Fault;
use crate::error::Error;

/// Names the server's program: no package has it.
const VARIABLE: &str = "TOXIPROXY_SERVER";

pub(super) struct Toxiproxy;

impl Peer for Toxiproxy {
    fn name(&self) -> &'static str {
        "toxiproxy"
    }

    fn find(&self) -> Result<PathBuf, String> {
        let named = env::var_os(VARIABLE).map(PathBuf::from);
        named.filter(|program| program.is_file()).ok_or_else(|| {
            format!("{VARIABLE} names no program: set it to that of Toxiproxy's server")
        })
    }

    fn version(&self) -> &'static str {
        "-version"
    }

    fn command(&self, program: &Path, site: &Site) -> Result<Option<Command>, Error> {
        if site.is_udp {
            return Ok(None);
        }
        let mut command = Command::new(program);
        command.args(["-host", &site.control.ip().to_string()]);
        command.args(["-port", &site.control.port().to_string()]);
        Ok(Some(command))
    }

    fn is_told(&self) -> bool {
        true
    }

    /// The toxic first: the proxy is not there for clients before it listens.
    fn tell(&self, site: &Site) -> io::Result<()> {
        let proxy = json!({
            "name": "bench", "listen": site.listen, "upstream": site.upstream, "enabled": false,
        });
        post(site.control, "/proxies", &proxy)?;
        if let Some(fault) = site.fault {
            post(site.control, "/proxies/bench/toxics", &toxic(fault))?;
        }
        post(site.control, "/proxies/bench", &json!({ "enabled": true }))
    }
}

/// Its rates are in thousands of bytes.
fn toxic(fault: Fault) -> Value {
    match fault {
        Fault::Latency { milliseconds } => {
            json!({ "type": "latency", "attributes": { "latency": milliseconds } })
        }
        Fault::Bandwidth { bytes_per_second } => {
            json!({ "type": "bandwidth", "attributes": { "rate": bytes_per_second / 1000 } })
        }
        Fault::Slice { bytes } => {
            json!({ "type": "slicer", "attributes": { "average_size": bytes } })
        }
    }
}

fn post(control: SocketAddr, path: &str, body: &Value) -> io::Result<()> {
    let (mut stream, body) = (TcpStream::connect(control)?, body.to_string());
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {control}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if answer.starts_with("HTTP/1.1 2") {
        Ok(())
    } else {
        let status = answer.lines().next().unwrap_or("nothing");
        Err(io::Error::other(format!("POST {path} was answered by {status}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_in_thousands_of_bytes() {
        let toxic = toxic(Fault::Bandwidth { bytes_per_second: 1_000_000 });
        assert_eq!(toxic["attributes"]["rate"], 1000);
    }
}
