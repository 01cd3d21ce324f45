//! A client that connects, says since when, and waits for what comes of it.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use chaosgate::Accepting::{Hold, Mute, Timeout};
use socket2::{Domain, Socket, Type};

use super::Scene;
use super::verdict::Seen;
use super::versions::Span;

/// How long a client stays that nobody is to answer.
const PATIENCE: Duration = Duration::from_micros(500);

/// How often it looks at what there is to see.
const GLANCE: Duration = Duration::from_micros(80);

/// After so many switches a client has seen enough.
const SWITCHES: u64 = 2;

/// A client that has connected, or waits for that.
pub(crate) struct Visit {
    /// The version that was in force when it began to connect, or an earlier one.
    first: u64,
    begun: Instant,
    stream: TcpStream,
    has_spoken: bool,
}

/// The socket of a client that is about to connect.
pub(crate) fn prepare(address: SocketAddr) -> Socket {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).unwrap();
    socket.set_nonblocking(true).unwrap();
    // Closing resets, so that no port is taken up for a minute.
    socket.set_linger(Some(Duration::ZERO)).unwrap();
    socket
}

impl Visit {
    /// Begins to connect.
    pub(crate) fn begin(socket: Socket, address: SocketAddr, scene: &Scene) -> Self {
        let first = scene.versions.earliest();
        // How it went shows in the socket.
        let _ = socket.connect(&address.into());
        let is_connected = socket.peer_addr().is_ok();
        let last = scene.versions.latest();
        scene.verdicts.connect_returned(is_connected, Span { first, last });
        Visit { first, begun: Instant::now(), stream: socket.into(), has_spoken: false }
    }

    /// Waits for what comes of it, and tells the scene.
    pub(crate) fn end(mut self, scene: &Scene) {
        let first = self.first;
        let span = || Span { first, last: scene.versions.latest() };
        let seen = loop {
            // Before the first look as well: those that are refused would take all the time that
            // the machine has.
            thread::sleep(GLANCE);
            if let Some(seen) = self.look() {
                break seen;
            }
            let has_to_leave =
                span().has(&[Hold, Mute, Timeout]) && self.begun.elapsed() > PATIENCE;
            if has_to_leave || span().last > first + SWITCHES || scene.versions.are_over() {
                break if self.has_spoken { Seen::Silence } else { Seen::NotConnected };
            }
        };
        scene.verdicts.saw(seen, span());
    }

    /// What there is to see by now; says once, when it is connected, since when it has come.
    fn look(&mut self) -> Option<Seen> {
        if let Some(error) = self.stream.take_error().unwrap() {
            return Some(failed(error.kind()));
        }
        if !self.has_spoken {
            self.stream.peer_addr().ok()?;
            if let Err(error) = self.stream.write_all(&self.first.to_le_bytes()) {
                return Some(failed(error.kind()));
            }
            self.has_spoken = true;
        }
        match self.stream.read(&mut [0]) {
            Ok(0) => Some(Seen::Closed),
            Ok(_) => Some(Seen::Served),
            Err(error) if error.kind() == ErrorKind::WouldBlock => None,
            Err(error) => Some(failed(error.kind())),
        }
    }
}

fn failed(kind: ErrorKind) -> Seen {
    match kind {
        ErrorKind::ConnectionRefused => Seen::Refused,
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => Seen::Reset,
        other => panic!("a client saw {other}"),
    }
}
