//! Connections of a client and a server, and how they are ended.

use std::io::{self, ErrorKind};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::Setting;

/// How long a connection may take to come through: a proxy that is not there takes forever.
const LIMIT: Duration = Duration::from_secs(10);

/// One connection through the proxy, by both its ends.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) client: TcpStream,
    pub(crate) server: TcpStream,
}

impl Connection {
    /// So many connections through the proxy, each of which the server has accepted.
    pub(crate) fn several(setting: &Setting, count: usize) -> io::Result<Vec<Self>> {
        let listener = TcpListener::bind(setting.server)?;
        (0..count).map(|_| Self::new(&listener, setting.through)).collect()
    }

    /// Connects to `through`, and waits until `listener` has a client.
    pub(crate) fn new(listener: &TcpListener, through: SocketAddr) -> io::Result<Self> {
        let client = TcpStream::connect_timeout(&through, LIMIT)?;
        let server = accept(listener)?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        Ok(Connection { client, server })
    }

    /// Ends both ways on both sides, so that whoever reads or writes comes back.
    pub(crate) fn end(&self) {
        // Fails only where the other side has ended it.
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
    }
}

fn accept(listener: &TcpListener) -> io::Result<TcpStream> {
    listener.set_nonblocking(true)?;
    let begin = Instant::now();
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false)?;
                return Ok(stream);
            }
            Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error),
            Err(_) if begin.elapsed() > LIMIT => {
                let told = format!("no connection came through in {} s", LIMIT.as_secs());
                return Err(io::Error::new(ErrorKind::TimedOut, told));
            }
            Err(_) => thread::sleep(Duration::from_micros(100)),
        }
    }
}

/// Ends connections when it goes, also by an error: threads that wait for them come back.
pub(crate) struct Ending<'a>(pub(crate) &'a [Connection]);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.iter().for_each(Connection::end);
    }
}
