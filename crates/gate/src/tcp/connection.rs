//! One client's task: from being accepted, by way of the dial, to the end.

use std::cell::Cell;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use chaosgate_faults::{Direction, How, PerDirection};

use super::admission::bring_together;
use super::ending::{End, close};
use super::pump::{CALL, Ends, Pump, READ_SIZE};
use super::side::Side;
use crate::client::Client;
use crate::closed_by::ClosedBy;
use crate::descriptors::Kept;
use crate::event::What;
use crate::give_way::give_way;
use crate::lane::Lanes;
use crate::lend::Desk;
use crate::presence::Presence;
use crate::shared::Shared;
use crate::timer::Timer;

/// After so many bytes other connections get their turn.
const BYTES_PER_TURN: usize = 4 * 1024 * 1024;

thread_local! {
    /// Reads go into a buffer that all connections of a worker thread share: memory is allocated
    /// only for what the peer does not take at once, or a fault holds.
    static BUFFER: Cell<Option<Box<[u8]>>> = const { Cell::new(None) };
}

/// Serves a client that has just been accepted.
pub(super) async fn serve(
    shared: Arc<Shared>,
    mut presence: Presence,
    stream: tokio::net::TcpStream,
    client: Arc<Client>,
    kept: Kept,
) {
    shared.events.note(Some(client.number), What::Accepted { client: client.address });
    let mut side = Side::new(stream);
    // Boxed, since it takes more than all the rest, and for a moment only.
    match Box::pin(bring_together(&shared, &client, &mut side, kept)).await {
        Err(end) => {
            presence.leave(end.by.clone(), end.how);
            close(side, None, &end, &presence).await;
        }
        Ok((server, address)) => {
            let mut sides = PerDirection { to_server: side, to_client: Side::new(server) };
            let end = connect(&shared, &client, &mut sides, address).await;
            presence.leave(end.by.clone(), end.how);
            close(sides.to_server, Some(sides.to_client), &end, &presence).await;
        }
    }
}

/// Moves what there is to move until the end. A fault that panics ends its connection in order.
async fn connect(
    shared: &Arc<Shared>,
    client: &Arc<Client>,
    sides: &mut PerDirection<Side>,
    server: SocketAddr,
) -> End {
    let mut connection = Connection::new(shared, client, sides, server);
    // Now that none is missed which is set from here on.
    shared.connected(client, server);
    if let Err(end) = guarded(|| connection.lanes.begin()) {
        return end;
    }
    poll_fn(|cx| guarded(|| connection.poll(cx)).unwrap_or_else(Poll::Ready)).await
}

/// Does it, unless it panics, which is an end.
fn guarded<T>(act: impl FnOnce() -> T) -> Result<T, End> {
    catch_unwind(AssertUnwindSafe(act)).map_err(|_| End::new(ClosedBy::Failure, How::Fin))
}

/// A client and its server, and what moves between them.
struct Connection<'a> {
    shared: &'a Shared,
    client: Arc<Client>,
    lanes: Lanes,
    pumps: PerDirection<Pump>,
    /// The source of each direction.
    sides: &'a mut PerDirection<Side>,
    timer: Timer,
}

impl<'a> Connection<'a> {
    fn new(
        shared: &'a Arc<Shared>,
        client: &Arc<Client>,
        sides: &'a mut PerDirection<Side>,
        server: SocketAddr,
    ) -> Self {
        let lanes = Lanes::new(shared, client);
        let pumps = PerDirection::from_fn(|direction| {
            Pump::new(direction, &lanes, Desk::new(shared, client, direction, server))
        });
        Connection {
            shared,
            client: client.clone(),
            lanes,
            pumps,
            sides,
            timer: shared.timers.timer(),
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<End> {
        // Before anything is looked at, so that no change after the look is missed.
        if let Poll::Ready((by, how)) = self.client.poll_end(cx) {
            return Poll::Ready(End::new(by, how));
        }
        // What is under way is to be treated by the faults of each moment. Without anything, the look
        // before a read is early enough.
        let was_at_work = self.lanes.duplex.is_at_work();
        if was_at_work {
            self.look(cx);
        }
        let mut buffer = BUFFER.take().unwrap_or_else(|| vec![0; READ_SIZE].into_boxed_slice());
        let is_more = self.move_on(&mut buffer, cx);
        BUFFER.set(Some(buffer));
        if was_at_work || self.lanes.duplex.is_at_work() {
            self.settle();
        }
        if let Some(end) = self.lanes.duplex.end() {
            return Poll::Ready(End::of(end));
        }
        self.client.answer_whether_left(|| {
            let is_kept = !self.lanes.duplex.has_ended(Direction::ToServer);
            is_kept && self.sides.to_server.has_left()
        });
        let deadline = self.deadline();
        if is_more || deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            give_way(cx);
        } else {
            self.timer.arm(deadline, cx.waker());
        }
        Poll::Pending
    }

    /// Looks at the faults, and at what has been lent.
    fn look(&mut self, cx: &mut Context<'_>) {
        for direction in Direction::BOTH {
            let (lanes, pump, mut ends) = self.parts(direction);
            if lanes.duplex.is_away(direction) {
                pump.serve_borrower(lanes, &mut ends, cx);
            }
            if !lanes.duplex.is_away(direction) {
                lanes.look(direction);
            }
        }
    }

    /// Moves what can be moved now. Whether there is more, for the next turn.
    fn move_on(&mut self, buffer: &mut [u8], cx: &mut Context<'_>) -> bool {
        let mut turn = BYTES_PER_TURN;
        // Where something may be read.
        let mut is_open = PerDirection { to_server: true, to_client: true };
        loop {
            self.deliver(&mut turn, &mut is_open, cx);
            let mut has_moved = false;
            for direction in Direction::BOTH {
                let (lanes, pump, mut ends) = self.parts(direction);
                is_open[direction] &= turn > 0 && !lanes.duplex.is_away(direction);
                if is_open[direction] {
                    let (cost, is_more) = pump.read(lanes, &mut ends, buffer, cx);
                    turn = turn.saturating_sub(cost);
                    (is_open[direction], has_moved) = (is_more, has_moved || cost > 0);
                }
                pump.notice_reset(lanes, &ends);
            }
            // What has been read is to be delivered, though there is no more.
            let is_done = !has_moved && !is_open.to_server && !is_open.to_client;
            if is_done || self.lanes.duplex.end().is_some() {
                return turn == 0;
            }
        }
    }

    /// Writes what waits and what is due. A direction in which that makes room is open again.
    fn deliver(
        &mut self,
        turn: &mut usize,
        is_open: &mut PerDirection<bool>,
        cx: &mut Context<'_>,
    ) {
        let mut sinks = PerDirection::from_fn(|direction| {
            let (lanes, pump, mut ends) = self.parts(direction);
            pump.flush(lanes, &mut ends, cx)
        });
        if !self.lanes.duplex.is_at_work() {
            return;
        }
        let was_full = PerDirection::from_fn(|direction| {
            !is_open[direction] && self.lanes.duplex.room(direction) == 0
        });
        while *turn > 0
            && let Some((direction, segment)) = self.lanes.duplex.next(Instant::now(), sinks)
        {
            *turn = turn.saturating_sub(segment.len() + CALL);
            is_open[direction] = true;
            let (_, pump, mut ends) = self.parts(direction);
            sinks[direction] = pump.deliver(segment, &mut ends, cx);
        }
        // A fault may have made room though nothing has come out, as one that discards does.
        for direction in Direction::BOTH {
            is_open[direction] |= was_full[direction] && self.lanes.duplex.room(direction) > 0;
        }
    }

    /// Brings up to date what others know of it.
    fn settle(&mut self) {
        self.lanes.report(self.shared);
        for direction in Direction::BOTH {
            let (lanes, pump, _) = self.parts(direction);
            pump.account(lanes);
            if lanes.duplex.is_cut(direction) {
                pump.desk.close();
            }
        }
    }

    /// When it is to be polled though nothing happens on a socket.
    fn deadline(&self) -> Option<Instant> {
        let sinks = PerDirection::from_fn(|direction| self.pumps[direction].outlet.sink());
        let loans = self.pumps.iter().filter_map(|(_, pump)| pump.desk.deadline());
        loans.chain(self.lanes.deadline(sinks)).min()
    }

    /// What a direction needs to move on.
    fn parts(&mut self, direction: Direction) -> (&mut Lanes, &mut Pump, Ends<'_>) {
        let (source, sink) = self.sides.both_mut(direction);
        (&mut self.lanes, &mut self.pumps[direction], Ends { source, sink })
    }
}
