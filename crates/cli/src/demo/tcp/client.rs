//! The client that speaks HTTP: it has limits on its patience, and a small pool of connections.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use chaosgate::{AnyGate, Tcp};
use chaosgate_trial::{Failure, Probe};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::http::{Broken, Message, Wire};
use super::server;
use super::showings::{CONNECTIONS, Deed, SHOWINGS};
use crate::demo::client;
use crate::demo::seen::Seen;
use crate::demo::service::Service;
use crate::demo::showing::Showing;
use crate::output::in_ms;

/// How long it waits for a connection, and then for an answer.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long it waits for the end of a connection, where it expects one.
const PATIENCE_FOR_THE_END: Duration = Duration::from_secs(3);

/// A client of the key-value service.
#[derive(Debug)]
pub(in crate::demo) struct Client {
    address: SocketAddr,
    /// Connections that are kept for the next request.
    idle: Vec<Wire>,
}

impl Probe for Client {
    /// As a client with a pool does: a connection that has died in the pool is no reason to give
    /// up, a new one is.
    async fn ask(&mut self) -> Result<(), Failure> {
        loop {
            let was_kept = !self.idle.is_empty();
            let seen = self.exchange(&Request::get(KEPT, 1)).await;
            if !(was_kept && seen.is_stale_connection()) {
                return seen.answer();
            }
        }
    }
}

impl client::Client for Client {
    type Protocol = Tcp;
    type Deed = Deed;

    const SHOWINGS: &'static [Showing<Deed>] = SHOWINGS;

    fn introduction() -> String {
        format!("TCP client (waits {})", in_ms(PATIENCE))
    }

    async fn serve() -> io::Result<Service> {
        server::start().await
    }

    fn new(address: SocketAddr) -> Self {
        Client { address, idle: Vec::new() }
    }

    async fn act(&mut self, deed: Deed, since: Instant) -> Seen {
        match deed {
            Deed::Ask(size) => self.exchange(&Request::put("/demo", size)).await,
            Deed::AskTwice(size) => self.exchange_twice(&Request::put("/demo", size)).await,
            Deed::AskLast(size) => self.exchange(&Request::put("/demo", size).last()).await,
            Deed::Leave => self.say_goodbye().await,
            Deed::Idle => match self.connection().await {
                Err(seen) => seen,
                Ok(mut wire) => match end(&mut wire).await {
                    Seen::Failed(Failure::Closed) => Seen::IdleClosed { after: since.elapsed() },
                    other => other,
                },
            },
        }
    }

    async fn warm_up(&mut self) -> Result<(), Failure> {
        self.idle.clear();
        let mut kept = Vec::new();
        for _ in 0..CONNECTIONS {
            self.exchange(&Request::put(KEPT, 1)).await.answer()?;
            kept.append(&mut self.idle);
        }
        self.idle = kept;
        Ok(())
    }

    fn leave(&mut self, _: &AnyGate) {
        self.idle.clear();
    }
}

impl Client {
    /// Sends the request and waits for its answer; the connection is kept if that went well.
    async fn exchange(&mut self, request: &Request) -> Seen {
        match self.connection().await {
            Ok(wire) => self.keep(exchange_on(wire, request).await),
            Err(seen) => seen,
        }
    }

    /// The same on two connections at once: what it saw of the one that was answered last, or not at
    /// all.
    async fn exchange_twice(&mut self, request: &Request) -> Seen {
        let (one, other) = match (self.connection().await, self.connection().await) {
            (Ok(one), Ok(other)) => (one, other),
            (Err(seen), _) | (_, Err(seen)) => return seen,
        };
        let seen = tokio::join!(exchange_on(one, request), exchange_on(other, request));
        match (self.keep(seen.0), self.keep(seen.1)) {
            (
                Seen::Answered { after, reads, attempts },
                Seen::Answered { after: other_after, reads: other_reads, .. },
            ) => {
                let (after, reads) = (after.max(other_after), reads.max(other_reads));
                Seen::Answered { after, reads, attempts }
            }
            (Seen::Answered { .. }, seen) | (seen, _) => seen,
        }
    }

    fn keep(&mut self, (seen, wire): (Seen, Option<Wire>)) -> Seen {
        self.idle.extend(wire);
        seen
    }

    /// A connection that was kept, or else a new one.
    async fn connection(&mut self) -> Result<Wire, Seen> {
        if let Some(wire) = self.idle.pop() {
            return Ok(wire);
        }
        match timeout(PATIENCE, TcpStream::connect(self.address)).await {
            Ok(connected) => Ok(Wire::new(connected?)?),
            Err(_) => Err(Seen::ConnectTimedOut { limit: PATIENCE }),
        }
    }

    async fn say_goodbye(&mut self) -> Seen {
        let asked = self.exchange(&Request::put("/demo", 1)).await;
        // The connection that has just been used is the last one that was kept.
        let Some(mut wire) = self.idle.pop().filter(|_| asked.is_answer()) else { return asked };
        let left = Instant::now();
        if let Err(error) = wire.finish().await {
            return error.into();
        }
        match end(&mut wire).await {
            Seen::Failed(Failure::Closed) => Seen::Farewell { after: left.elapsed() },
            other => other,
        }
    }
}

/// Sends the request and waits for its answer; gives the connection back if it can be kept.
async fn exchange_on(mut wire: Wire, request: &Request) -> (Seen, Option<Wire>) {
    let started = Instant::now();
    let mut reads = 0;
    let answer = async {
        wire.send(&request.message).await?;
        wire.receive(|_| reads += 1).await.map_err(Seen::from)
    };
    let answer = match timeout(PATIENCE, answer).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(seen)) => return (seen, None),
        Err(_) => return (Seen::TimedOut { limit: PATIENCE }, None),
    };
    let after = started.elapsed();
    if answer.start != "HTTP/1.1 200 OK" || answer.body != request.value {
        return (Seen::WrongBytes, None);
    }
    (Seen::Answered { after, reads, attempts: 1 }, (!answer.is_last).then_some(wire))
}

impl From<Broken> for Seen {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Ended(0) => Seen::Failed(Failure::Closed),
            Broken::Failed(0, error) => error.into(),
            Broken::Ended(bytes) | Broken::Failed(bytes, _) => Seen::CutOff { bytes },
            Broken::Malformed => Seen::WrongBytes,
        }
    }
}

/// Waits for the end of a connection on which nothing is to come.
async fn end(wire: &mut Wire) -> Seen {
    match timeout(PATIENCE_FOR_THE_END, wire.receive(|_| {})).await {
        Ok(Ok(_) | Err(Broken::Malformed)) => Seen::WrongBytes,
        Ok(Err(broken)) => broken.into(),
        Err(_) => Seen::StayedOpen { limit: PATIENCE_FOR_THE_END },
    }
}

/// The key of the value that the client stores before the network fails.
const KEPT: &str = "/kept";

/// A request, and the value that is to come back.
struct Request {
    message: Message,
    value: Vec<u8>,
}

impl Request {
    /// To store a value of so many bytes.
    fn put(key: &str, size: usize) -> Self {
        Request::new("PUT", key, value(size), value(size))
    }

    /// To get a value of so many bytes.
    fn get(key: &str, size: usize) -> Self {
        Request::new("GET", key, Vec::new(), value(size))
    }

    fn new(method: &str, key: &str, body: Vec<u8>, value: Vec<u8>) -> Self {
        let start = format!("{method} {key} HTTP/1.1");
        Request { message: Message { start, is_last: false, body }, value }
    }

    /// The server is to close the connection after its answer.
    fn last(mut self) -> Self {
        self.message.is_last = true;
        self
    }
}

/// So many bytes, which are all different from their neighbours.
fn value(size: usize) -> Vec<u8> {
    (b'a'..=b'z').cycle().take(size).collect()
}
