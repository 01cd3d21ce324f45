//! The client that asks by datagrams: it asks again when no answer comes.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use chaosgate::{AnyGate, How, Udp};
use chaosgate_trial::{Failure, Probe};
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout};

use super::datagram::{Datagram, LARGEST};
use super::server;
use super::showings::{Deed, SHOWINGS};
use crate::demo::client;
use crate::demo::seen::Seen;
use crate::demo::service::Service;
use crate::demo::showing::Showing;
use crate::output::in_ms;

/// How often it asks before it gives up.
const ATTEMPTS: u32 = 3;

/// How long it waits for an answer before it asks again.
const PATIENCE: Duration = Duration::from_millis(120);

/// How many pairs of questions it asks at once, at most, to see one answered out of order.
const PAIRS: usize = 100;

/// The size of a value.
const SIZE: usize = 200;

/// A client of the key-value service.
#[derive(Debug)]
pub(in crate::demo) struct Client {
    gate: SocketAddr,
    /// Its socket, once it has asked.
    socket: Option<UdpSocket>,
    /// That of the last question.
    id: u16,
}

impl Probe for Client {
    async fn ask(&mut self) -> Result<(), Failure> {
        settled(self.request("GET /kept").await).answer()
    }
}

impl client::Client for Client {
    type Protocol = Udp;
    type Deed = Deed;

    const SHOWINGS: &'static [Showing<Deed>] = SHOWINGS;

    fn introduction() -> String {
        format!("UDP client (waits {ATTEMPTS} × {})", in_ms(PATIENCE))
    }

    async fn serve() -> io::Result<Service> {
        server::start().await
    }

    fn new(gate: SocketAddr) -> Self {
        Client { gate, socket: None, id: 0 }
    }

    async fn warm_up(&mut self) -> Result<(), Failure> {
        self.socket = None;
        settled(self.request("PUT /kept").await).answer()
    }

    async fn act(&mut self, deed: Deed, _: Instant) -> Seen {
        settled(match deed {
            Deed::Ask(count) => self.ask_in_turn(count).await,
            Deed::AskOnce => self.ask_once().await,
            Deed::AskInPairs => self.ask_in_pairs().await,
        })
    }

    /// The gate cannot see that a client has gone.
    fn leave(&mut self, gate: &AnyGate) {
        self.socket = None;
        gate.close_connections(How::Fin);
    }
}

impl Client {
    /// Asks, again and again if need be, until it is answered.
    async fn request(&mut self, request: &str) -> Result<Seen, Seen> {
        // A late answer to an earlier attempt is as good, so each asks the same.
        let question = self.question(request);
        let socket = self.socket().await?;
        let started = Instant::now();
        for attempt in 1..=ATTEMPTS {
            socket.send(&question.to_bytes()).await?;
            if let Ok(answer) = timeout(PATIENCE, answer_to(socket, &[&question])).await {
                answer?;
                return Ok(Seen::Answered {
                    after: started.elapsed(),
                    reads: 1,
                    attempts: attempt,
                });
            }
        }
        Err(Seen::Unanswered { attempts: ATTEMPTS })
    }

    async fn ask_in_turn(&mut self, count: usize) -> Result<Seen, Seen> {
        let started = Instant::now();
        let mut most = 0;
        for _ in 0..count {
            if let Seen::Answered { attempts, .. } = self.request("PUT /demo").await? {
                most = attempts.max(most);
            }
        }
        Ok(Seen::Answered { after: started.elapsed(), reads: 1, attempts: most })
    }

    async fn ask_once(&mut self) -> Result<Seen, Seen> {
        let question = self.question("PUT /demo");
        let socket = self.socket().await?;
        let started = Instant::now();
        socket.send(&question.to_bytes()).await?;
        answer_in_time(socket, &[&question]).await?;
        let after = started.elapsed();
        let again = answer_in_time(socket, &[&question]).await;
        let once = Seen::Answered { after, reads: 1, attempts: 1 };
        Ok(if again.is_ok() { Seen::AnsweredTwice } else { once })
    }

    async fn ask_in_pairs(&mut self) -> Result<Seen, Seen> {
        let started = Instant::now();
        for _ in 0..PAIRS {
            let pair = [self.question("PUT /demo"), self.question("PUT /demo")];
            let socket = self.socket().await?;
            for question in &pair {
                socket.send(&question.to_bytes()).await?;
            }
            let first = answer_in_time(socket, &[&pair[0], &pair[1]]).await?;
            let other = if first == pair[0].id { &pair[1] } else { &pair[0] };
            answer_in_time(socket, &[other]).await?;
            if first == pair[1].id {
                return Ok(Seen::OutOfOrder);
            }
        }
        Ok(Seen::Answered { after: started.elapsed(), reads: 1, attempts: 1 })
    }

    /// A new question.
    fn question(&mut self, request: &str) -> Datagram {
        self.id = self.id.wrapping_add(1);
        Datagram { id: self.id, is_answer: false, request: request.to_owned(), value: value() }
    }

    async fn socket(&mut self) -> io::Result<&UdpSocket> {
        let socket = if let Some(socket) = self.socket.take() {
            socket
        } else {
            let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            socket.connect(self.gate).await?;
            socket
        };
        Ok(self.socket.insert(socket))
    }
}

/// Waits for an answer as long as for that to the last attempt.
async fn answer_in_time(socket: &UdpSocket, questions: &[&Datagram]) -> Result<u16, Seen> {
    let answer = timeout(PATIENCE * ATTEMPTS, answer_to(socket, questions)).await;
    answer.map_err(|_| Seen::Unanswered { attempts: 1 })?
}

/// Waits for the right answer to one of these questions, and says to which. Others are late answers
/// to earlier ones.
async fn answer_to(socket: &UdpSocket, questions: &[&Datagram]) -> Result<u16, Seen> {
    let mut buffer = vec![0; LARGEST];
    loop {
        let bytes = socket.recv(&mut buffer).await?;
        let answer = Datagram::read(&buffer[..bytes]).filter(|datagram| datagram.is_answer);
        let Datagram { id, value: answer, .. } = answer.ok_or(Seen::WrongBytes)?;
        if questions.iter().any(|question| question.id == id) {
            return match value() {
                value if value == answer => Ok(id),
                value if value.starts_with(&answer) => Err(Seen::CutOff { bytes }),
                _ => Err(Seen::WrongBytes),
            };
        }
    }
}

/// What it saw, good or bad.
fn settled(seen: Result<Seen, Seen>) -> Seen {
    seen.unwrap_or_else(|seen| seen)
}

/// The one value that it stores, whose bytes are all different from their neighbours.
fn value() -> Vec<u8> {
    (b'a'..=b'z').cycle().take(SIZE).collect()
}
