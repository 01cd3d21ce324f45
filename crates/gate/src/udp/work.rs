//! What a connection's task does: carries out what the receiver has decided, takes what comes from
//! the server (`receipt.rs`), and sends what is due both ways.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use chaosgate_faults::{Direction, Segment, Sink};

use super::connection::Connection;
use super::server::Server;
use super::stand_in::StandIn;
use crate::event::ClosedBy;
use crate::lane::Lane;
use crate::lend::Desk;
use crate::timer::Timer;

/// After so many datagrams of each kind other connections get their turn.
pub(super) const TURN: usize = 64;

/// What the task has of its own.
pub(super) struct Work {
    pub(super) connection: Arc<Connection>,
    pub(super) server: Server,
    /// To the server, and to the client.
    pub(super) lanes: [Lane; 2],
    pub(super) desks: [Desk; 2],
    /// What is lent for the client's side, once something has been.
    pub(super) stand_in: Option<StandIn>,
    timer: Timer,
    /// When the last datagram came from the server, or went anywhere.
    pub(super) last: Instant,
    /// When it is to be seen whether it has been silent for too long.
    check: Option<Instant>,
    /// The direction whose fault ends the connection.
    closing: Option<Direction>,
    /// The directions whose end a fault has made, and behind which nothing is due.
    has_ended: [bool; 2],
}

impl Work {
    pub(super) fn new(connection: Arc<Connection>, server: Server) -> Self {
        let (shared, client, now) = (connection.shared(), connection.client(), Instant::now());
        let lanes = Direction::BOTH
            .map(|direction| Lane::new(shared, client, client.origin(shared, direction)));
        let desks =
            Direction::BOTH.map(|direction| Desk::new(shared, client, direction, server.address()));
        let timer = shared.timers.timer();
        Work {
            lanes,
            desks,
            stand_in: None,
            timer,
            last: now,
            check: now.checked_add(shared.settings.idle),
            closing: None,
            has_ended: [false; 2],
            server,
            connection,
        }
    }

    /// Works until somebody or a fault ends the connection.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ClosedBy> {
        // Before anything is looked at, so that no change after the look is missed.
        if let Poll::Ready((by, _)) = self.connection.client().poll_end(cx) {
            return Poll::Ready(by);
        }
        let mut is_more = self.serve_borrowers(cx);
        is_more |= self.take_arrived() | self.receive(cx) | self.deliver();
        self.lend(cx);
        self.report_hits();
        if let Some(by) = self.closed() {
            return Poll::Ready(by);
        }
        if self.lanes[Direction::ToServer as usize].chain.is_none() {
            self.connection.pass_to(self.server.socket());
        }
        if self.has_been_silent() {
            return Poll::Ready(ClosedBy::Silence);
        }
        let deadlines = Direction::BOTH.map(|direction| self.deadline(direction));
        self.timer.arm(deadlines.into_iter().flatten().chain(self.check).min(), cx.waker());
        // What comes while the direction is in other hands waits for them.
        if is_more || !self.is_away(Direction::ToServer) && self.connection.has_arrived() {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }

    /// Loses what is under way, and counts it.
    pub(super) fn discard(&mut self) {
        for lane in &mut self.lanes {
            let lost = lane.chain.take().map_or(0, |mut chain| chain.discard() as u64);
            lane.traffic.dropped.fetch_add(lost, Relaxed);
        }
    }

    /// Sends what a fault had let go of before it ended the connection, for no longer than a
    /// connection may be silent.
    pub(super) fn poll_rest(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(direction) = self.closing else { return Poll::Ready(()) };
        if self.connection.client().poll_end(cx).is_ready() {
            return Poll::Ready(());
        }
        let is_more = self.deliver();
        self.report_hits();
        let silence = self.silence();
        let is_over = self.has_ended[direction as usize];
        if is_over || silence.is_some_and(|end| end <= Instant::now()) {
            return Poll::Ready(());
        }
        let deadlines = self.lanes.iter().filter_map(|lane| lane.deadline(Sink::Open));
        self.timer.arm(deadlines.chain(silence).min(), cx.waker());
        if is_more {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }

    /// Whether it has been silent for too long. It is looked at only when that may be: each datagram
    /// moves the end, and is not to set a timer.
    fn has_been_silent(&mut self) -> bool {
        let now = Instant::now();
        if self.check.is_none_or(|check| check > now) {
            return false;
        }
        let silence = self.silence();
        self.check = match silence {
            Some(end) if end <= now => now.checked_add(self.connection.shared().settings.idle),
            later => later,
        };
        silence.is_some_and(|end| end <= now)
            && !self.lanes.iter().any(is_coming)
            && !self.is_lending()
            && self.connection.end_if_silent()
    }

    /// When it will have been silent for too long, if nothing comes.
    fn silence(&self) -> Option<Instant> {
        let last = self.connection.last().map_or(self.last, |last| last.max(self.last));
        last.checked_add(self.connection.shared().settings.idle)
    }

    /// Lets the client's datagrams meet the faults that were in force when they came. Whether there
    /// may be more.
    fn take_arrived(&mut self) -> bool {
        if self.is_away(Direction::ToServer) {
            let lane = &mut self.lanes[Direction::ToServer as usize];
            let arrived = self.connection.arrived_under(lane.seen(), TURN);
            let is_more = arrived.len() == TURN;
            for one in arrived {
                arrive(lane, one.datagram, one.at);
            }
            return is_more;
        }
        let (arrived, faults) = self.connection.arrived(TURN);
        let is_more = arrived.len() == TURN;
        let lane = &mut self.lanes[Direction::ToServer as usize];
        for one in arrived {
            lane.switch_to(&one.faults);
            arrive(lane, one.datagram, one.at);
        }
        lane.switch_to(&faults);
        is_more
    }

    /// Sends what is due. Whether there may be more.
    fn deliver(&mut self) -> bool {
        let mut is_more = false;
        for direction in Direction::BOTH {
            if self.is_away(direction) {
                continue;
            }
            let lane = &mut self.lanes[direction as usize];
            if direction == Direction::ToClient {
                lane.look_at_faults();
            }
            let mut turn = TURN;
            while turn > 0
                && let Some(chain) = &mut lane.chain
                && let Some(segment) = chain.poll(Instant::now(), Sink::Open)
            {
                turn -= 1;
                let Segment::Data(datagram) = segment else {
                    self.has_ended[direction as usize] = true;
                    continue;
                };
                self.last = Instant::now();
                send(&self.connection, &self.server, direction, &datagram);
            }
            is_more |= turn == 0;
            lane.drop_empty_chain();
            lane.account(0);
        }
        is_more
    }

    /// Where a fault ends the connection, lets go of what the other direction holds.
    fn closed(&mut self) -> Option<ClosedBy> {
        let (direction, name) = Direction::BOTH.into_iter().find_map(|direction| {
            let closed = self.lanes[direction as usize].closed()?;
            Some((direction, closed.by.clone()))
        })?;
        self.closing = Some(direction);
        let other = &mut self.lanes[direction.opposite() as usize];
        let traffic = other.traffic.clone();
        if let Some(mut chain) = other.chain.take() {
            chain.let_go();
            while let Some(segment) = chain.poll(Instant::now(), Sink::Open) {
                if let Segment::Data(datagram) = segment {
                    send(&self.connection, &self.server, direction.opposite(), &datagram);
                }
            }
            // What waits before a fault that takes nothing is as good as not received.
            traffic.dropped.fetch_add(chain.take_lost() as u64, Relaxed);
        }
        Some(ClosedBy::Fault { direction, name })
    }

    /// When a direction is to be looked at though nothing comes.
    fn deadline(&self, direction: Direction) -> Option<Instant> {
        let (lane, desk) = (&self.lanes[direction as usize], &self.desks[direction as usize]);
        if desk.is_out() { desk.deadline() } else { lane.deadline(Sink::Open) }
    }

    fn report_hits(&mut self) {
        for lane in &mut self.lanes {
            lane.report_hits(self.connection.shared(), self.connection.client());
        }
    }
}

/// Sends a datagram on its way.
fn send(connection: &Connection, server: &Server, direction: Direction, datagram: &[u8]) {
    match direction {
        Direction::ToServer => connection.send_to_server(server.socket(), datagram),
        Direction::ToClient => connection.send_to_client(datagram),
    }
}

/// Whether something is under way that will come by itself, and not only when a fault goes.
fn is_coming(lane: &Lane) -> bool {
    let holds_something = lane.chain.as_ref().is_some_and(|chain| chain.charge() > 0);
    holds_something && lane.deadline(Sink::Open).is_some()
}

/// A datagram that came at `now` goes to the faults, if there is room for it.
pub(super) fn arrive(lane: &mut Lane, datagram: Bytes, now: Instant) {
    let length = datagram.len();
    let is_short = lane.memory.is_full();
    let chain = lane.chain(now);
    if chain.takes_datagrams() && !(is_short && chain.charge() > 0) {
        chain.push(Segment::Data(datagram), now);
        lane.account(0);
    } else {
        lane.traffic.dropped.fetch_add(1, Relaxed);
    }
    lane.traffic.count(length);
}
