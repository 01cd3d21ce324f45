//! A connection's task: the server's datagrams, and what is under way in both directions.

use std::cell::Cell;
use std::future::poll_fn;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use chaosgate_faults::{Chain, Direction, How, Segment, Sink};
use tokio::io::{Interest, Ready};
use tokio::net::UdpSocket;

use super::connection::Connection;
use super::connections::Connections;
use crate::dial::dial;
use crate::event::{ClosedBy, What};
use crate::lane::Lane;
use crate::lock::locked;
use crate::stay::Stay;
use crate::timer::Timer;

/// After so many datagrams other connections get their turn.
const TURN: usize = 64;

/// The largest datagram there is, and a byte.
pub(super) const LARGEST: usize = 64 * 1024;

thread_local! {
    /// The connections of a worker thread receive into one buffer.
    static BUFFER: Cell<Option<Box<[u8]>>> = const { Cell::new(None) };
}

/// Serves a client from its first datagram on.
pub(super) async fn serve(connection: Arc<Connection>, connections: Arc<Connections>) {
    let shared = connection.shared().clone();
    let mut stay = Stay::new(&shared, connection.client().number);
    let by = match connect(&connection).await {
        Ok(()) => {
            let mut work = Work::new(connection.clone());
            poll_fn(|cx| work.poll(cx)).await
        }
        Err(by) => by,
    };
    connection.end();
    connections.forget(&connection);
    stay.leave(by, How::Fin);
}

/// Makes the connection's own socket to the server.
async fn connect(connection: &Connection) -> Result<(), ClosedBy> {
    let (shared, number) = (connection.shared(), connection.client().number);
    shared.events.note(Some(number), What::Accepted { client: connection.client().address });
    let failed = |reason: String| {
        shared.events.note(Some(number), What::DialFailed { reason });
        ClosedBy::DialFailure
    };
    let mut dialling = pin!(dial(&shared.route.upstream, own_socket));
    let dialled = poll_fn(|cx| match connection.client().poll_end(cx) {
        Poll::Ready((by, _)) => Poll::Ready(Err(by)),
        Poll::Pending => dialling.as_mut().poll(cx).map(Ok),
    });
    let (socket, others) = dialled.await?.map_err(|error| failed(error.to_string()))?;
    let server = socket.peer_addr().map_err(|error| failed(error.to_string()))?;
    connection.connected(socket, others);
    shared.events.note(Some(number), What::Connected { server });
    shared.registry.connected(number);
    Ok(())
}

async fn own_socket(server: SocketAddr) -> io::Result<UdpSocket> {
    let any: SocketAddr = match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(server).await?;
    Ok(socket)
}

type Errors = Pin<Box<dyn Future<Output = io::Result<Ready>> + Send>>;

/// What the task has of its own.
struct Work {
    connection: Arc<Connection>,
    to_client: Lane,
    timer: Timer,
    /// Waits for what the network says of datagrams that were sent to the server.
    errors: Option<Errors>,
    /// The fault that is ending the connection.
    closing: Option<(Direction, ClosedBy)>,
    /// When it is to be seen whether the connection has been silent for too long.
    silence: Instant,
}

impl Work {
    fn new(connection: Arc<Connection>) -> Self {
        let (shared, client) = (connection.shared(), connection.client());
        let origin = client.origin(shared, Direction::ToClient, connection.began());
        let to_client = Lane::new(shared, client, origin);
        let timer = shared.timers.timer();
        let silence = connection.silent_for(shared.settings.idle);
        Work { to_client, timer, errors: None, closing: None, silence, connection }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ClosedBy> {
        let connection = self.connection.clone();
        // Before anything is looked at, so that no change after the look is missed.
        if let Poll::Ready((by, _)) = connection.client().poll_end(cx) {
            return Poll::Ready(by);
        }
        if self.closing.is_none() {
            self.receive(&connection, cx);
        }
        let mut to_server = locked(connection.to_server());
        let has_ended = [
            deliver(&mut to_server, |datagram, lane| {
                connection.send_to_server(datagram, &lane.traffic);
            }),
            deliver(&mut self.to_client, |datagram, lane| {
                connection.send_to_client(datagram, &lane.traffic);
            }),
        ];
        self.report_hits(&mut to_server);
        self.close_the_other_way(&mut to_server);
        if let Some((direction, by)) = &self.closing
            && has_ended[*direction as usize]
        {
            return Poll::Ready(by.clone());
        }
        let deadlines = [&*to_server, &self.to_client].map(|lane| lane.deadline(Sink::Open));
        drop(to_server);
        if self.silence <= Instant::now() {
            self.silence = connection.silent_for(connection.shared().settings.idle);
            if self.silence <= Instant::now() {
                return Poll::Ready(ClosedBy::Silence);
            }
        }
        let next = deadlines.into_iter().flatten().chain([self.silence]).min();
        self.timer.arm(next, cx.waker());
        Poll::Pending
    }

    /// Takes what has come from the server.
    fn receive(&mut self, connection: &Connection, cx: &mut Context<'_>) {
        let Some(server) = connection.server() else { return };
        self.notice_errors(connection, server, cx);
        let mut buffer = BUFFER.take().unwrap_or_else(|| vec![0; LARGEST].into_boxed_slice());
        let mut turn = TURN;
        while turn > 0 {
            match server.try_recv(&mut buffer) {
                Ok(length) => {
                    let datagram = &buffer[..length];
                    if connection.arrive(&mut self.to_client, datagram, true) {
                        connection.send_to_client(datagram, &self.to_client.traffic);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if server.poll_recv_ready(cx).is_pending() {
                        break;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                    connection.nobody_is_there();
                }
                // What else the network may say ends nothing either.
                Err(_) => {}
            }
            turn -= 1;
        }
        if turn == 0 {
            cx.waker().wake_by_ref();
        }
        BUFFER.set(Some(buffer));
    }

    /// Notices that nobody has the server's port. That is no readiness to be read, and would be told
    /// in place of sending the next datagram.
    fn notice_errors(
        &mut self,
        connection: &Connection,
        server: &Arc<UdpSocket>,
        cx: &mut Context<'_>,
    ) {
        loop {
            let errors = self.errors.get_or_insert_with(|| {
                let server = server.clone();
                Box::pin(async move { server.ready(Interest::ERROR).await })
            });
            if errors.as_mut().poll(cx).is_pending() {
                return;
            }
            self.errors = None;
            // The look takes place within, so that what comes meanwhile makes it ready anew.
            let look = || match server.take_error() {
                Ok(None) => Err(io::ErrorKind::WouldBlock.into()),
                Ok(Some(_)) | Err(_) => Ok(()),
            };
            if server.try_io(Interest::ERROR, look).is_ok() {
                connection.nobody_is_there();
            }
        }
    }

    /// Where a fault has begun to close the connection, what the other direction holds is let go.
    fn close_the_other_way(&mut self, to_server: &mut Lane) {
        if self.closing.is_some() {
            return;
        }
        let connection = &self.connection;
        let lanes = [&*to_server, &self.to_client];
        let closed = Direction::BOTH.into_iter().find_map(|direction| {
            let name = lanes[direction as usize].closed()?.by.clone();
            Some((direction, ClosedBy::Fault { direction, name }))
        });
        let Some((direction, _)) = closed else { return };
        connection.end();
        match direction {
            Direction::ToClient => release(to_server, |datagram, lane| {
                connection.send_to_server(datagram, &lane.traffic);
            }),
            Direction::ToServer => release(&mut self.to_client, |datagram, lane| {
                connection.send_to_client(datagram, &lane.traffic);
            }),
        }
        self.closing = closed;
    }

    fn report_hits(&mut self, to_server: &mut Lane) {
        let (shared, client) = (self.connection.shared(), self.connection.client());
        for (direction, lane) in Direction::BOTH.into_iter().zip([to_server, &mut self.to_client]) {
            lane.report_hits(|entry, count| {
                client.add_hits(count);
                let fault = entry.name().to_owned();
                shared.events.note(Some(client.number), What::Hit { direction, fault, count });
                shared.hit.notify_waiters();
            });
        }
    }
}

/// Sends what is due; whether a fault has ended the connection and all before that has been sent.
fn deliver(lane: &mut Lane, send: impl Fn(&[u8], &Lane)) -> bool {
    lane.look_at_faults();
    let mut has_ended = false;
    while let Some(segment) =
        lane.chain.as_mut().and_then(|chain| chain.poll(Instant::now(), Sink::Open))
    {
        match segment {
            Segment::Data(datagram) => send(&datagram, lane),
            Segment::Fin | Segment::Reset => has_ended = true,
        }
    }
    lane.drop_empty_chain();
    lane.account(0);
    has_ended
}

/// Sends all that is under way.
fn release(lane: &mut Lane, send: impl Fn(&[u8], &Lane)) {
    for segment in lane.chain.take().iter_mut().flat_map(Chain::release_all) {
        if let Segment::Data(datagram) = segment {
            send(&datagram, lane);
        }
    }
    lane.account(0);
}
