//! One client's connection: its own socket to the server, and what is under way.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::Wake;
use std::time::{Duration, Instant};

use bytes::Bytes;
use chaosgate_faults::{Direction, Segment};
use socket2::SockRef;
use tokio::net::UdpSocket;

use super::socket::ListenSocket;
use crate::client::{Client, Traffic};
use crate::event::What;
use crate::lane::Lane;
use crate::lock::locked;
use crate::shared::Shared;

/// One client's connection, as the receiver and its own task share it.
pub(super) struct Connection {
    shared: Arc<Shared>,
    client: Arc<Client>,
    listener: Arc<ListenSocket>,
    /// The address that the client has asked.
    asked: Option<IpAddr>,
    /// The socket to the server, once it has been made.
    server: OnceLock<Arc<UdpSocket>>,
    /// Other addresses of the server, to be tried when nobody is at the first.
    others: Mutex<VecDeque<SocketAddr>>,
    to_server: Mutex<Lane>,
    /// It has ended, or a fault is about to end it: the client's next datagram begins a new one.
    is_over: AtomicBool,
    began: Instant,
    /// When the last datagram came, in nanoseconds since it began.
    last: AtomicU64,
}

impl Connection {
    pub(super) fn new(
        shared: &Arc<Shared>,
        client: Arc<Client>,
        listener: Arc<ListenSocket>,
        asked: Option<IpAddr>,
    ) -> Self {
        let began = Instant::now();
        let origin = client.origin(shared, Direction::ToServer, began);
        Connection {
            shared: shared.clone(),
            listener,
            asked,
            server: OnceLock::new(),
            others: Mutex::default(),
            to_server: Mutex::new(Lane::new(shared, &client, origin)),
            is_over: AtomicBool::new(false),
            began,
            last: AtomicU64::new(0),
            client,
        }
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(super) fn client(&self) -> &Arc<Client> {
        &self.client
    }

    /// The direction to the server.
    pub(super) fn to_server(&self) -> &Mutex<Lane> {
        &self.to_server
    }

    /// When the connection was made.
    pub(super) fn began(&self) -> Instant {
        self.began
    }

    /// Whether it takes its client's datagrams.
    pub(super) fn is_open(&self) -> bool {
        !self.is_over.load(Relaxed) && !self.client.is_ending()
    }

    pub(super) fn end(&self) {
        self.is_over.store(true, Relaxed);
    }

    /// The server can be reached now: by this socket, or else at these addresses.
    pub(super) fn connected(&self, server: UdpSocket, others: VecDeque<SocketAddr>) {
        *locked(&self.others) = others;
        // It is called once.
        let _ = self.server.set(Arc::new(server));
    }

    pub(super) fn server(&self) -> Option<&Arc<UdpSocket>> {
        self.server.get()
    }

    /// Takes a datagram of the client, which has just been received.
    pub(super) fn take(&self, datagram: &[u8]) {
        let mut lane = locked(&self.to_server);
        let passes = self.arrive(&mut lane, datagram, self.server.get().is_some());
        if passes {
            self.send_to_server(datagram, &lane.traffic);
        } else {
            drop(lane);
            Wake::wake_by_ref(&self.client);
        }
    }

    /// What has been read of a direction meets its faults, as they are now. Whether it may pass at
    /// once; otherwise it has been kept, or dropped for want of room.
    pub(super) fn arrive(&self, lane: &mut Lane, datagram: &[u8], is_open: bool) -> bool {
        let now = Instant::now();
        let age = now.saturating_duration_since(self.began);
        self.last.store(u64::try_from(age.as_nanos()).unwrap_or(u64::MAX), Relaxed);
        lane.look_at_faults();
        let passes = lane.chain.is_none() && is_open;
        if !passes {
            let is_short = lane.memory.is_full();
            let chain = lane.chain(now);
            if chain.takes_datagrams() && !(is_short && chain.charge() > 0) {
                chain.push(Segment::Data(Bytes::copy_from_slice(datagram)), now);
                lane.account(0);
            } else {
                lane.traffic.dropped.fetch_add(1, Relaxed);
            }
        }
        lane.traffic.received.fetch_add(datagram.len() as u64, Relaxed);
        passes
    }

    /// When it will have been silent for so long, if nothing comes.
    pub(super) fn silent_for(&self, time: Duration) -> Instant {
        self.began + Duration::from_nanos(self.last.load(Relaxed)) + time
    }

    pub(super) fn send_to_server(&self, datagram: &[u8], traffic: &Traffic) {
        let Some(server) = self.server.get() else { return };
        let mut result = SockRef::from(&**server).send(datagram);
        if result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused) {
            // What an earlier datagram met has been told in place of sending this one.
            self.nobody_is_there();
            result = SockRef::from(&**server).send(datagram);
        }
        count(result.is_ok(), datagram, traffic);
    }

    pub(super) fn send_to_client(&self, datagram: &[u8], traffic: &Traffic) {
        let result = self.listener.send(datagram, self.client.address, self.asked);
        count(result.is_ok(), datagram, traffic);
    }

    /// The server's machine has said that nobody has the port. Nothing ends by that; before a first
    /// answer, another address of the server is tried from now on.
    pub(super) fn nobody_is_there(&self) {
        self.client.add_unreachable();
        self.shared.events.note(Some(self.client.number), What::Unreachable);
        let answers = self.client.traffic(Direction::ToClient).received.load(Relaxed);
        if let (0, Some(server)) = (answers, self.server.get())
            && let Some(next) = locked(&self.others).pop_front()
        {
            // If that fails too, the one after it has its turn with the next refusal.
            let _ = SockRef::from(&**server).connect(&next.into());
        }
    }
}

fn count(was_sent: bool, datagram: &[u8], traffic: &Traffic) {
    if was_sent {
        traffic.sent.fetch_add(datagram.len() as u64, Relaxed);
    } else {
        traffic.dropped.fetch_add(1, Relaxed);
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("client", &self.client).finish_non_exhaustive()
    }
}
