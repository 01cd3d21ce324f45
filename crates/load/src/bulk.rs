//! Streams that send as fast as they may.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

use crate::sockets::{Connection, Ending};
use crate::{Outcome, Setting};

/// What is written and read at once: as much as the fastest proxies take.
const BLOCK: usize = 256 << 10;

/// Who receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    /// A download.
    Client,
    /// An upload.
    Server,
}

/// Bytes per second of so many streams together, all in one direction.
///
/// # Errors
/// If a connection or the proxy fails, or nothing comes through.
pub fn bulk(setting: &Setting, streams: usize, receiver: Receiver) -> io::Result<Outcome> {
    let pipes = setting.pipes_at_rest()?;
    let connections = Connection::several(setting, streams)?;
    let bytes = AtomicU64::new(0);
    let counted = thread::scope(|scope| {
        let _ending = Ending(&connections);
        for Connection { client, server } in &connections {
            let (from, into) = match receiver {
                Receiver::Client => (server, client),
                Receiver::Server => (client, server),
            };
            scope.spawn(|| send(from));
            scope.spawn(|| receive(into, &bytes));
        }
        setting.watch(pipes, || bytes.load(Relaxed))
    })?;
    Ok(Outcome { value: counted.per_second, tail: None, cpu: counted.cpu, path: counted.path })
}

/// Writes until the connection is ended.
fn send(mut stream: &TcpStream) {
    let block = vec![b'x'; BLOCK];
    while stream.write_all(&block).is_ok() {}
}

/// Reads until the connection is ended.
fn receive(mut stream: &TcpStream, bytes: &AtomicU64) {
    let mut block = vec![0; BLOCK];
    while let Ok(length @ 1..) = stream.read(&mut block) {
        bytes.fetch_add(length as u64, Relaxed);
    }
}
