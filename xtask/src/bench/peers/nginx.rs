//! nginx as a proxy of streams and datagrams.

use std::path::{Path, PathBuf};
use std::process::Command;

use chaosgate_testkit::Binary;

use super::peer::{Peer, installed};
use super::site::Site;
use crate::bench::measure::Fault;
use crate::error::Error;

/// Its module for what is not HTTP.
const STREAM: &str = "/usr/lib/nginx/modules/ngx_stream_module.so";

pub(super) struct Nginx;

impl Peer for Nginx {
    fn name(&self) -> &'static str {
        "nginx"
    }

    fn packages(&self) -> &'static [&'static str] {
        &["nginx", "libnginx-mod-stream"]
    }

    fn find(&self) -> Result<PathBuf, String> {
        if !Path::new(STREAM).is_file() {
            return Err(format!("there is no {STREAM}: apt-get install libnginx-mod-stream"));
        }
        installed(Binary::NGINX, "apt-get install nginx")
    }

    fn version(&self) -> &'static str {
        "-v"
    }

    fn command(&self, program: &Path, site: &Site) -> Result<Option<Command>, Error> {
        let Some(limit) = limit(site.fault) else { return Ok(None) };
        site.file("nginx.conf", &configuration(site, &limit))?;
        let mut command = Command::new(program);
        command.arg("-p").arg(&site.directory).args(["-c", "nginx.conf", "-e", "stderr"]);
        Ok(Some(command))
    }
}

/// The one fault that it has: a rate for what the server sends.
fn limit(fault: Option<Fault>) -> Option<String> {
    match fault {
        None => Some(String::new()),
        Some(Fault::Bandwidth { bytes_per_second }) => {
            Some(format!("proxy_download_rate {bytes_per_second};"))
        }
        Some(_) => None,
    }
}

fn configuration(site: &Site, limit: &str) -> String {
    let Site { listen, upstream, .. } = site;
    let udp = if site.is_udp { " udp" } else { "" };
    format!(
        "\
load_module {STREAM};
daemon off;
pid nginx.pid;
worker_processes auto;
events {{ worker_connections 10000; }}
stream {{
    server {{
        listen {listen}{udp};
        proxy_pass {upstream};
        {limit}
    }}
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_can_limit_a_rate_and_nothing_else() {
        assert_eq!(limit(None).as_deref(), Some(""));
        let rate = Some(Fault::Bandwidth { bytes_per_second: 7 });
        assert_eq!(limit(rate).as_deref(), Some("proxy_download_rate 7;"));
        assert_eq!(limit(Some(Fault::Slice { bytes: 1 })), None);
    }

    #[test]
    fn datagrams_have_a_listener_of_their_own() {
        let site = |is_udp| Site::known(Path::new("/"), is_udp, None);
        let text = |is_udp| configuration(&site(is_udp), "");
        assert!(text(true).contains("listen 127.0.0.1:1 udp;"));
        assert!(text(false).contains("listen 127.0.0.1:1;"));
    }
}
