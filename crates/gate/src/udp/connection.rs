//! One client's connection, as the receiver and the connection's own task share it.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex};
use std::task::Wake;
use std::time::Instant;

use bytes::Bytes;
use chaosgate_faults::{Direction, FaultList};
use socket2::SockRef;
use tokio::net::UdpSocket;

use super::socket::ListenSocket;
use crate::client::{Client, Traffic};
use crate::event::What;
use crate::in_force::InForce;
use crate::lock::locked;
use crate::shared::Shared;

/// The datagrams that may wait for the task.
const WAITING: usize = 1024;

/// One client's connection: how its datagrams get from the receiver to its task.
///
/// The receiver decides, at the moment of the receipt, which faults a datagram will meet; the task
/// carries that out. So no code of a fault runs in the receiver, which all clients share.
#[derive(Debug)]
pub(super) struct Connection {
    shared: Arc<Shared>,
    client: Arc<Client>,
    listener: Arc<ListenSocket>,
    /// The address that the client has asked, where that is not known anyway.
    asked: Option<IpAddr>,
    faults: Arc<InForce>,
    inbound: Mutex<Inbound>,
}

/// What the receiver has for the task.
#[derive(Debug, Default)]
struct Inbound {
    /// It has ended, or a fault is about to end it: the client's next datagram begins a new one.
    is_over: bool,
    /// The server's socket, while nothing is under way to it: then a datagram that no fault concerns
    /// goes on at once.
    direct: Option<Arc<UdpSocket>>,
    arrived: VecDeque<Arrived>,
    /// When the last datagram came.
    last: Option<Instant>,
}

/// A datagram, and the faults that it is to meet: those that were in force when it had come.
#[derive(Debug)]
pub(super) struct Arrived {
    pub(super) at: Instant,
    pub(super) faults: Arc<FaultList>,
    pub(super) datagram: Bytes,
}

impl Connection {
    pub(super) fn new(
        shared: &Arc<Shared>,
        client: Arc<Client>,
        listener: Arc<ListenSocket>,
        asked: Option<IpAddr>,
    ) -> Self {
        Connection {
            shared: shared.clone(),
            faults: shared.faults(Direction::ToServer).clone(),
            inbound: Mutex::default(),
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
        let mut inbound = locked(&self.inbound);
        if inbound.is_over || self.client.is_ending() {
            return false;
        }
        let now = Instant::now();
        inbound.last = Some(now);
        let traffic = self.client.traffic(Direction::ToServer);
        // The look after the receipt decides.
        let look = self.faults.look();
        let faults = look.list();
        match &inbound.direct {
            Some(server) if faults.is_empty() => {
                traffic.count(datagram.len());
                self.send_to_server(server, datagram);
                return true;
            }
            _ => inbound.direct = None,
        }
        if inbound.arrived.len() < WAITING {
            let (faults, datagram) = (Arc::clone(faults), Bytes::copy_from_slice(datagram));
            inbound.arrived.push_back(Arrived { at: now, faults, datagram });
            drop(inbound);
            Wake::wake_by_ref(&self.client);
        } else {
            traffic.count(datagram.len());
            traffic.dropped.fetch_add(1, Relaxed);
        }
        true
    }

    /// Gives at most so many datagrams that have come, and the faults that are in force behind them.
    pub(super) fn arrived(&self, most: usize) -> (VecDeque<Arrived>, Arc<FaultList>) {
        let mut inbound = locked(&self.inbound);
        let rest = inbound.arrived.len().min(most);
        let rest = inbound.arrived.split_off(rest);
        let arrived = std::mem::replace(&mut inbound.arrived, rest);
        // What is still there has met older faults than those in force by now.
        let faults = match inbound.arrived.front() {
            Some(next) => next.faults.clone(),
            None => self.faults.list(),
        };
        (arrived, faults)
    }

    /// Gives at most so many datagrams that have come while these faults were in force.
    pub(super) fn arrived_under(&self, faults: &Arc<FaultList>, most: usize) -> VecDeque<Arrived> {
        let mut inbound = locked(&self.inbound);
        let other = |one: &Arrived| !Arc::ptr_eq(&one.faults, faults);
        let most = inbound.arrived.iter().take(most).position(other).unwrap_or(most);
        let most = inbound.arrived.len().min(most);
        let rest = inbound.arrived.split_off(most);
        std::mem::replace(&mut inbound.arrived, rest)
    }

    /// Nothing is under way: datagrams may go to `server` at once, unless one has come meanwhile.
    pub(super) fn pass_to(&self, server: &Arc<UdpSocket>) {
        let mut inbound = locked(&self.inbound);
        if inbound.arrived.is_empty() && !inbound.is_over {
            inbound.direct.get_or_insert_with(|| server.clone());
        }
    }

    /// Another socket is to be used from now on.
    pub(super) fn stop_passing(&self) {
        locked(&self.inbound).direct = None;
    }

    /// Whether there is anything for the task.
    pub(super) fn has_arrived(&self) -> bool {
        !locked(&self.inbound).arrived.is_empty()
    }

    /// When the last datagram of the client came.
    pub(super) fn last(&self) -> Option<Instant> {
        locked(&self.inbound).last
    }

    /// Ends it, unless a datagram of the client has come within the idle time.
    pub(super) fn end_if_silent(&self) -> bool {
        let mut inbound = locked(&self.inbound);
        let idle = self.shared.settings.idle;
        let is_silent = inbound.last.is_none_or(|last| last.elapsed() >= idle);
        inbound.is_over |= is_silent && inbound.arrived.is_empty();
        inbound.is_over
    }

    /// Takes nothing from now on. What waits is lost.
    pub(super) fn end(&self) {
        let mut inbound = locked(&self.inbound);
        inbound.is_over = true;
        inbound.direct = None;
        let lost = std::mem::take(&mut inbound.arrived).len() as u64;
        self.client.traffic(Direction::ToServer).dropped.fetch_add(lost, Relaxed);
    }

    pub(super) fn send_to_server(&self, server: &UdpSocket, datagram: &[u8]) {
        let mut result = SockRef::from(server).send(datagram);
        let is_old_error = |error: &io::Error| !matches!(error.kind(), io::ErrorKind::WouldBlock);
        if let Err(error) = result.as_ref()
            && is_old_error(error)
        {
            // What an earlier datagram met is told in place of sending this one.
            self.note_refusal(error);
            result = SockRef::from(server).send(datagram);
        }
        count(result.is_ok(), datagram, self.client.traffic(Direction::ToServer));
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

fn count(was_sent: bool, datagram: &[u8], traffic: &Traffic) {
    if was_sent {
        traffic.sent.fetch_add(datagram.len() as u64, Relaxed);
    } else {
        traffic.dropped.fetch_add(1, Relaxed);
    }
}
