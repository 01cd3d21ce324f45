//! One client's task: from being accepted, by way of the dial, to the end.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use chaosgate_faults::{Closing, Direction, How};
use tokio::net::TcpStream;

use super::admission::bring_together;
use super::ending::{End, LINGER, close};
use super::outlet::Delivered;
use super::pump::Pump;
use super::side::Side;
use crate::client::Client;
use crate::event::{ClosedBy, What};
use crate::lane::Lane;
use crate::lend::Desk;
use crate::shared::Shared;
use crate::stay::Stay;
use crate::timer::Timer;

/// Serves a client that has just been accepted.
pub(super) async fn serve(
    shared: Arc<Shared>,
    mut stay: Stay,
    stream: TcpStream,
    client: Arc<Client>,
) {
    shared.events.note(Some(client.number), What::Accepted { client: client.address });
    let mut side = Side::new(stream);
    match bring_together(&shared, &client, &mut side).await {
        Err(end) => {
            stay.leave(end.by.clone(), end.how);
            close(side, None, &end, &stay).await;
        }
        Ok((server, address)) => {
            let mut connection = Connection::new(&shared, client.clone(), side, (server, address));
            let end = poll_fn(|cx| connection.poll(cx)).await;
            let [side, server] = connection.into_sides();
            stay.leave(end.by.clone(), end.how);
            close(side, Some(server), &end, &stay).await;
        }
    }
}

/// A client and its server, and what moves between them.
struct Connection<'a> {
    shared: &'a Shared,
    client: Arc<Client>,
    /// The client's and the server's.
    sides: [Side; 2],
    /// To the server, and to the client.
    pumps: [Pump; 2],
    timer: Timer,
    /// The peer that was the first to end its direction.
    first_to_end: Option<ClosedBy>,
    /// A fault is closing it in order.
    closing: Option<Closer>,
}

/// A fault that is closing the connection in order.
struct Closer {
    by: ClosedBy,
    how: How,
    /// Since when a peer does not take what it is to have before the end.
    stuck_since: Option<Instant>,
}

impl<'a> Connection<'a> {
    fn new(
        shared: &'a Arc<Shared>,
        client: Arc<Client>,
        side: Side,
        (server, address): (TcpStream, SocketAddr),
    ) -> Self {
        let pumps = Direction::BOTH.map(|direction| {
            let origin = client.origin(shared, direction);
            let desk = Desk::new(shared, &client, direction, address);
            Pump::new(Lane::new(shared, &client, origin), desk)
        });
        let sides = [side, Side::new(server)];
        let timer = shared.timers.timer();
        Connection { shared, client, sides, pumps, timer, first_to_end: None, closing: None }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<End> {
        // Before anything is looked at, so that no change after the look is missed.
        if let Poll::Ready((by, how)) = self.client.poll_end(cx) {
            return Poll::Ready(End::new(by, how));
        }
        loop {
            let [to_server, to_client] = &mut self.pumps;
            let [client, server] = &mut self.sides;
            to_server.poll(client, server, cx);
            to_client.poll(server, client, cx);
            for pump in &mut self.pumps {
                pump.report_hits(self.shared, &self.client);
            }
            // Before the end is looked at, since a fault's reset may have been delivered already.
            let is_new = self.close_the_other_way();
            if let Some(end) = self.end() {
                return Poll::Ready(end);
            }
            if !is_new {
                break;
            }
        }
        let gives_up = match self.gives_up_on_close() {
            Some((at, end)) if at <= Instant::now() => return Poll::Ready(end),
            other => other.map(|(at, _)| at),
        };
        let deadlines = self.pumps.iter().filter_map(Pump::deadline).chain(gives_up);
        self.timer.arm(deadlines.min(), cx.waker());
        Poll::Pending
    }

    /// When a close in order that waits for a peer that does not read is carried out all the same.
    fn gives_up_on_close(&mut self) -> Option<(Instant, End)> {
        let closer = self.closing.as_mut()?;
        if !self.pumps.iter().any(Pump::is_blocked) {
            closer.stuck_since = None;
            return None;
        }
        let since = *closer.stuck_since.get_or_insert_with(Instant::now);
        Some((since + LINGER, End::new(closer.by.clone(), closer.how)))
    }

    fn into_sides(self) -> [Side; 2] {
        self.sides
    }

    /// Whether and how it has come to its end.
    fn end(&mut self) -> Option<End> {
        for direction in Direction::BOTH {
            let (from, pump) = (peer(direction), &mut self.pumps[direction as usize]);
            if pump.has_ended() {
                self.first_to_end.get_or_insert_with(|| from.clone());
            }
            if let Some(closed) = pump.closed().filter(|closed| closed.closing == Closing::AtOnce) {
                let by = ClosedBy::Fault { direction, name: closed.by.clone() };
                return Some(End::new(by, How::Reset));
            }
            if pump.delivered() == Delivered::Reset {
                let by = self.closing.as_ref().map_or(from, |closer| closer.by.clone());
                return Some(End { by, how: How::Reset, after: Some(direction) });
            }
            let overtaking =
                self.sides[direction as usize].has_unread_reset() && pump.is_not_reading();
            if overtaking && pump.overtaken_by_reset() {
                return Some(End::new(from, How::Reset));
            }
        }
        let is_over = self.pumps.iter().all(|pump| pump.delivered() == Delivered::Fin);
        let by = self.closing.as_ref().map(|closer| &closer.by).or(self.first_to_end.as_ref());
        by.filter(|_| is_over).map(|by| End::new(by.clone(), How::Fin))
    }

    /// Where a fault has begun to close the connection, the other direction is closed too.
    fn close_the_other_way(&mut self) -> bool {
        if self.closing.is_some() {
            return false;
        }
        for direction in Direction::BOTH {
            let Some(closed) = self.pumps[direction as usize].closed() else { continue };
            let how = closed.closing.how();
            let by = ClosedBy::Fault { direction, name: closed.by.clone() };
            self.closing = Some(Closer { by, how, stuck_since: None });
            let other = &mut self.pumps[direction.opposite() as usize];
            match how {
                How::Fin => other.finish(),
                How::Reset => other.discard(),
            }
            return true;
        }
        false
    }
}

/// Whom the data of a direction comes from.
fn peer(direction: Direction) -> ClosedBy {
    match direction {
        Direction::ToServer => ClosedBy::Client,
        Direction::ToClient => ClosedBy::Server,
    }
}
