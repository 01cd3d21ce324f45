//! Redis: in memory only.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::process::Command;

use crate::{Binary, Error, Recipe, Server, Signal, Site};

/// A Redis server that keeps nothing on disk.
pub type Redis = Server<RedisRecipe>;

/// How a [`Redis`] is run.
#[derive(Debug)]
pub struct RedisRecipe;

impl Recipe for RedisRecipe {
    const BINARY: Binary = Binary::REDIS;
    const STOP: Signal = Signal::Terminate;

    fn command(site: &Site) -> Result<Command, Error> {
        let mut command = Command::new(&site.binary);
        command
            .args(["--bind", &site.addr.ip().to_string(), "--port", &site.addr.port().to_string()])
            .args(["--save", "", "--appendonly", "no", "--daemonize", "no"])
            // It heeds a signal at its next tick, 100 ms later by default.
            .args(["--hz", "100"]);
        Ok(command)
    }

    fn is_ready(mut stream: TcpStream) -> io::Result<bool> {
        const PONG: &[u8] = b"+PONG\r\n";
        stream.write_all(b"PING\r\n")?;
        let mut answer = [0; PONG.len()];
        stream.read_exact(&mut answer)?;
        Ok(answer == PONG)
    }
}
