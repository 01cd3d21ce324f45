//! nginx: one process that serves a small and a large body, and takes uploads.

use std::fs;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::process::Command;

use crate::{Binary, Error, Recipe, Server, Signal, Site};

/// An HTTP server.
///
/// | request | answer |
/// |---|---|
/// | `GET /` | 200 with [`Nginx::SMALL`] |
/// | `GET /large` | 200 with [`Nginx::large`], 4 MiB |
/// | `GET /until-close` | 200 with [`Nginx::SMALL`], whose end is the end of the connection |
/// | `POST /upload` | 200 with [`Nginx::RECEIVED`], once the whole body has arrived |
pub type Nginx = Server<NginxRecipe>;

/// How an [`Nginx`] is run.
#[derive(Debug)]
pub struct NginxRecipe;

impl Nginx {
    /// The body of `/`.
    pub const SMALL: &str = "a small body\n";
    /// The body of the answer to an upload.
    pub const RECEIVED: &str = "received\n";
    /// The length of the body of `/large`.
    pub const LARGE_LEN: usize = 4 << 20;

    /// The body of `/large`: every eight bytes are their own position, so that none can be lost,
    /// doubled or moved unseen.
    pub fn large() -> Vec<u8> {
        let mut body = vec![0; Self::LARGE_LEN];
        for (word, position) in body.chunks_exact_mut(8).zip((0_u64..).step_by(8)) {
            word.copy_from_slice(&position.to_be_bytes());
        }
        body
    }
}

impl Recipe for NginxRecipe {
    const BINARY: Binary = Binary::NGINX;
    const STOP: Signal = Signal::Terminate;

    fn command(site: &Site) -> Result<Command, Error> {
        let file = |name: &str, content: &[u8]| {
            fs::write(site.directory.join(name), content)
                .map_err(Error::io(format!("write {name} for nginx")))
        };
        file("small", Nginx::SMALL.as_bytes())?;
        file("large", &Nginx::large())?;
        file("nginx.conf", configuration(site).as_bytes())?;
        let mut command = Command::new(&site.binary);
        command.arg("-p").arg(&site.directory).args(["-c", "nginx.conf", "-e", "stderr"]);
        Ok(command)
    }

    fn is_ready(mut stream: TcpStream) -> io::Result<bool> {
        stream.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with(Nginx::SMALL))
    }
}

/// Paths are relative to the directory. Without a master there is one process, and so none that its
/// end could leave behind. A page in which others may be included has no known length: without
/// chunks, its end is that of the connection. An upload goes through nginx as a proxy of itself,
/// since a plain location answers before the body has come.
fn configuration(site: &Site) -> String {
    let Site { addr, .. } = site;
    let received = Nginx::RECEIVED.trim_end();
    format!(
        r#"
daemon off;
master_process off;
pid pid;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    default_type application/octet-stream;
    client_max_body_size 0;
    client_body_temp_path client_body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server {{
        listen {addr};
        root .;
        location = / {{ try_files /small =404; }}
        location = /large {{ }}
        location = /until-close {{
            ssi on;
            ssi_types *;
            chunked_transfer_encoding off;
            try_files /small =404;
        }}
        location = /upload {{ proxy_pass http://{addr}/received; }}
        location = /received {{ return 200 "{received}\n"; }}
        location / {{ return 404; }}
    }}
}}
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_eight_bytes_of_the_large_body_are_their_position() {
        let large = Nginx::large();
        assert_eq!(large.len(), Nginx::LARGE_LEN);
        assert_eq!(large[1_193_040..1_193_048], 1_193_040_u64.to_be_bytes());
    }
}
