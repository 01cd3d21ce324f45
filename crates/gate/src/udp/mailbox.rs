//! Where the receiver puts a client's datagrams, for the task of its connection.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Wake;
use std::time::Instant;

use bytes::Bytes;
use chaosgate_faults::{Direction, Segment};
use parking_lot::Mutex;
use socket2::SockRef;
use tokio::net::UdpSocket;

use super::socket::ListenSocket;
use crate::client::Client;
use crate::event::What;
use crate::in_force::{InForce, Lists};
use crate::memory::Share;
use crate::shared::Shared;
use crate::traffic::Traffic;

/// The datagrams that may wait for the task.
const WAITING: usize = 1024;

/// How one client's datagrams get from the receiver, which all clients share, to the task of its
/// connection.
///
/// The receiver decides, at the moment of the receipt, which faults a datagram will meet; the task
/// carries that out. So no code of a fault runs in the receiver, which all clients share.
#[derive(Debug)]
pub(super) struct Mailbox {
    shared: Arc<Shared>,
    client: Arc<Client>,
    listener: Arc<ListenSocket>,
    /// The address that the client has asked, where that is not known anyway.
    asked: Option<IpAddr>,
    faults: Arc<InForce>,
    inbound: Mutex<Inbound>,
}

/// What the receiver has for the task.
#[derive(Debug)]
struct Inbound {
    /// It has ended, or a fault is about to end it: the client's next datagram begins a new one.
    is_over: bool,
    direct: Option<Direct>,
    arrived: VecDeque<Arrived>,
    /// The memory that they count for, and its part of the gate's.
    charge: usize,
    memory: Share,
    /// When the last datagram came.
    last: Option<Instant>,
    /// The server's machine has said that nobody has the port, and the task is yet to hear it.
    is_refused: bool,
}

/// The server's socket, while nothing is under way to it: a datagram that no fault concerns goes on
/// at once.
#[derive(Debug)]
struct Direct {
    server: Arc<UdpSocket>,
    /// The version of the faults that the task has met: if there is a later one, it is to meet that
    /// first.
    seen: u64,
}

/// A datagram, and the faults that it is to meet: those that were in force when it had come.
#[derive(Debug)]
pub(super) struct Arrived {
    pub(super) at: Instant,
    pub(super) faults: Arc<Lists>,
    pub(super) datagram: Bytes,
}

impl Mailbox {
    pub(super) fn new(
        shared: &Arc<Shared>,
        client: Arc<Client>,
        listener: Arc<ListenSocket>,
        asked: Option<IpAddr>,
    ) -> Self {
        Mailbox {
            shared: shared.clone(),
            faults: shared.faults.of(Direction::ToServer).clone(),
            inbound: Mutex::new(Inbound {
                is_over: false,
                direct: None,
                arrived: VecDeque::new(),
                charge: 0,
                memory: Share::of(&shared.memory),
                last: None,
                is_refused: false,
            }),
            client,
            listener,
            asked,
        }
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(super) fn client(&self) -> &Arc<Client> {
        &self.client
    }

    /// The client's address, and the one that it has asked.
    pub(super) fn key(&self) -> (SocketAddr, Option<IpAddr>) {
        (self.client.address, self.asked)
    }

    /// Takes a datagram of the client, which has just been received; unless it is over.
    pub(super) fn take(&self, datagram: &[u8]) -> bool {
        let mut inbound = self.inbound.lock();
        if inbound.is_over || self.client.is_ending() {
            return false;
        }
        let now = Instant::now();
        inbound.last = Some(now);
        let traffic = self.client.traffic(Direction::ToServer);
        // The look after the receipt decides.
        let look = self.faults.look();
        let direct = inbound
            .direct
            .take_if(|direct| !look.list().is_empty() || direct.seen != look.number());
        drop(direct);
        if let Some(direct) = &inbound.direct {
            traffic.count(datagram.len());
            let refused = self.send_to_server(&direct.server, datagram);
            inbound.is_refused |= refused.is_some();
            drop(inbound);
            // Not under the lock: whoever reads the log takes its time.
            if let Some(error) = refused {
                self.note_refusal(&error);
                Wake::wake_by_ref(&self.client);
            }
            return true;
        }
        drop(look);
        if inbound.has_room(datagram.len(), self.shared.settings.buffer) {
            inbound.put(now, self.faults.lists(), datagram);
            drop(inbound);
            Wake::wake_by_ref(&self.client);
        } else {
            traffic.count(datagram.len());
            traffic.dropped.fetch_add(1, Relaxed);
        }
        true
    }

    /// Gives at most so many datagrams that have come, and the faults that are in force behind them.
    pub(super) fn arrived(&self, most: usize) -> (VecDeque<Arrived>, Arc<Lists>) {
        let mut inbound = self.inbound.lock();
        let most = inbound.arrived.len().min(most);
        let arrived = inbound.give(most);
        // What is still there has met older faults than those in force by now.
        let faults = match inbound.arrived.front() {
            Some(next) => next.faults.clone(),
            None => self.faults.lists(),
        };
        (arrived, faults)
    }

    /// Gives at most so many datagrams that have come while this version of the faults was in force.
    pub(super) fn arrived_under(&self, version: u64, most: usize) -> VecDeque<Arrived> {
        let mut inbound = self.inbound.lock();
        let most = inbound.arrived.len().min(most);
        let other = |one: &Arrived| one.faults.number() != version;
        let most = inbound.arrived.iter().take(most).position(other).unwrap_or(most);
        inbound.give(most)
    }

    /// Nothing is under way, and this version of the faults has been met: datagrams may go to
    /// `server` at once, unless one has come meanwhile.
    pub(super) fn pass_to(&self, server: &Arc<UdpSocket>, seen: u64) {
        let mut inbound = self.inbound.lock();
        if inbound.arrived.is_empty() && !inbound.is_over {
            match &mut inbound.direct {
                Some(direct) => direct.seen = seen,
                None => inbound.direct = Some(Direct { server: server.clone(), seen }),
            }
        }
    }

    /// Another socket is to be used from now on.
    pub(super) fn stop_passing(&self) {
        self.inbound.lock().direct = None;
    }

    /// Whether the server's machine has said since the last call that nobody has the port.
    pub(super) fn was_refused(&self) -> bool {
        std::mem::take(&mut self.inbound.lock().is_refused)
    }

    /// Whether there is anything for the task.
    pub(super) fn has_arrived(&self) -> bool {
        !self.inbound.lock().arrived.is_empty()
    }

    /// When the last datagram of the client came.
    pub(super) fn last(&self) -> Option<Instant> {
        self.inbound.lock().last
    }

    /// Ends it, unless a datagram of the client has come within the idle time.
    pub(super) fn end_if_silent(&self) -> bool {
        let mut inbound = self.inbound.lock();
        let idle = self.shared.settings.idle;
        let is_silent = inbound.last.is_none_or(|last| last.elapsed() >= idle);
        inbound.is_over |= is_silent && inbound.arrived.is_empty();
        inbound.is_over
    }

    /// Takes nothing from now on. What waits is lost.
    pub(super) fn end(&self) {
        let mut inbound = self.inbound.lock();
        inbound.is_over = true;
        inbound.direct = None;
        let waiting = inbound.arrived.len();
        let lost = inbound.give(waiting).len() as u64;
        drop(inbound);
        self.client.traffic(Direction::ToServer).dropped.fetch_add(lost, Relaxed);
    }

    /// Sends a datagram to the server. Gives what an earlier one has met: the system tells that in
    /// place of sending this one, which is sent all the same.
    pub(super) fn send_to_server(&self, server: &UdpSocket, datagram: &[u8]) -> Option<io::Error> {
        let mut result = SockRef::from(server).send(datagram);
        let is_old = |error: &io::Error| error.kind() != io::ErrorKind::WouldBlock;
        let old = result.as_ref().is_err_and(is_old);
        let old = if old {
            std::mem::replace(&mut result, SockRef::from(server).send(datagram)).err()
        } else {
            None
        };
        count(result.is_ok(), datagram, self.client.traffic(Direction::ToServer));
        old
    }

    pub(super) fn send_to_client(&self, datagram: &[u8]) {
        let result = self.listener.send(datagram, self.client.address, self.asked);
        count(result.is_ok(), datagram, self.client.traffic(Direction::ToClient));
    }

    /// Notes if the server's machine has said that nobody has the port. Whether it has.
    pub(super) fn note_refusal(&self, error: &io::Error) -> bool {
        let is_refusal = error.kind() == io::ErrorKind::ConnectionRefused;
        if is_refusal {
            self.client.add_unreachable();
            self.shared.events.note(Some(self.client.number), What::Unreachable);
        }
        is_refusal
    }
}

impl Inbound {
    /// Whether one more of this length may wait. What waits here is under way like all else.
    fn has_room(&self, length: usize, buffer: usize) -> bool {
        let charge = self.charge + length + Segment::OVERHEAD;
        let is_short = self.memory.is_full() || charge > buffer;
        self.arrived.len() < WAITING && !(is_short && self.charge > 0)
    }

    fn put(&mut self, at: Instant, faults: Arc<Lists>, datagram: &[u8]) {
        let datagram = Bytes::copy_from_slice(datagram);
        self.charge += datagram.len() + Segment::OVERHEAD;
        self.memory.set(self.charge);
        self.arrived.push_back(Arrived { at, faults, datagram });
    }

    /// Gives the first ones.
    fn give(&mut self, count: usize) -> VecDeque<Arrived> {
        let rest = self.arrived.split_off(count);
        let given = std::mem::replace(&mut self.arrived, rest);
        let bytes = given.iter().map(|one| one.datagram.len() + Segment::OVERHEAD);
        self.charge -= bytes.sum::<usize>();
        self.memory.set(self.charge);
        given
    }
}

fn count(was_sent: bool, datagram: &[u8], traffic: &Traffic) {
    if was_sent {
        traffic.sent.fetch_add(datagram.len() as u64, Relaxed);
    } else {
        traffic.dropped.fetch_add(1, Relaxed);
    }
}
