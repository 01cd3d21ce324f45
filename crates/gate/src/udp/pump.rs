//! What moves a connection's datagrams: takes them out of the mailbox and from the server
//! (`from_server.rs`), and sends what is due both ways.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};
use std::time::Instant;

use chaosgate_faults::{Chain, Direction, PerDirection, Segment, Sink};

use super::mailbox::Mailbox;
use super::server::Server;
use super::stand_in::StandIn;
use crate::closed_by::ClosedBy;
use crate::give_way::give_way;
use crate::lane::Lanes;
use crate::lend::Desk;
use crate::timer::Timer;

/// After so many datagrams of each kind other connections get their turn.
pub(super) const DATAGRAMS_PER_TURN: usize = 64;

/// A socket takes any datagram, or loses it.
const OPEN: PerDirection<Sink> = PerDirection { to_server: Sink::Open, to_client: Sink::Open };

/// What the task of a connection has of its own.
pub(super) struct Pump {
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) server: Server,
    pub(super) lanes: Lanes,
    pub(super) desks: PerDirection<Desk>,
    /// What is lent for the client's side, once something has been.
    pub(super) stand_in: Option<StandIn>,
    timer: Timer,
    /// When the last datagram came from the server, or went anywhere.
    pub(super) last: Instant,
    /// When it is to be seen whether it has been silent for too long.
    check: Option<Instant>,
}

impl Pump {
    pub(super) fn new(mailbox: Arc<Mailbox>, server: Server) -> Self {
        let (shared, client, now) = (mailbox.shared(), mailbox.client(), Instant::now());
        let desk = |direction| Desk::new(shared, client, direction, server.address());
        Pump {
            lanes: Lanes::new(shared, client),
            desks: PerDirection::from_fn(desk),
            stand_in: None,
            timer: shared.timers.timer(),
            last: now,
            check: now.checked_add(shared.settings.idle),
            server,
            mailbox,
        }
    }

    /// Works until somebody or a fault ends the connection.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ClosedBy> {
        // Before anything is looked at, so that no change after the look is missed.
        if let Poll::Ready((by, _)) = self.mailbox.client().poll_end(cx) {
            return Poll::Ready(by);
        }
        let mut is_more = self.serve_borrowers(cx);
        is_more |= self.take_arrived() | self.receive(cx) | self.deliver();
        self.lend(cx);
        self.lanes.report(self.mailbox.shared());
        if let Some(by) = self.closed() {
            return Poll::Ready(by);
        }
        if self.lanes.duplex.passes(Direction::ToServer) {
            self.mailbox.pass_to(self.server.socket(), self.lanes.seen(Direction::ToServer));
        }
        if self.has_been_silent() {
            return Poll::Ready(ClosedBy::Silence);
        }
        // What comes while the direction is in other hands waits for them.
        is_more |= !self.is_away(Direction::ToServer) && self.mailbox.has_arrived();
        let loans = self.desks.iter().filter_map(|(_, desk)| desk.deadline());
        self.sleep(is_more, loans.chain(self.check).min(), cx);
        Poll::Pending
    }

    /// Loses what is under way, and counts it.
    pub(super) fn discard(&mut self) {
        for direction in Direction::BOTH {
            let lost = self.lanes.duplex.discard(direction) as u64;
            self.lanes.traffic(direction).dropped.fetch_add(lost, Relaxed);
        }
    }

    /// Sends what a fault had let go of before it ended the connection, for no longer than a
    /// connection may be silent.
    pub(super) fn poll_rest(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.lanes.duplex.closing().is_none() || self.mailbox.client().poll_end(cx).is_ready() {
            return Poll::Ready(());
        }
        // No datagram comes any more that would bring the faults to meet.
        if !self.lanes.duplex.is_cut(Direction::ToServer) {
            self.lanes.look(Direction::ToServer);
        }
        let is_more = self.deliver();
        self.lanes.report(self.mailbox.shared());
        let silence = self.silence();
        let is_silent = silence.is_some_and(|end| end <= Instant::now());
        if self.lanes.duplex.end().is_some() || is_silent {
            return Poll::Ready(());
        }
        self.sleep(is_more, silence, cx);
        Poll::Pending
    }

    /// Has the task woken at once, or when something will be due.
    fn sleep(&mut self, is_more: bool, until: Option<Instant>, cx: &mut Context<'_>) {
        let deadline = until.into_iter().chain(self.lanes.deadline(OPEN)).min();
        if is_more || deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            give_way(cx);
        } else {
            self.timer.arm(deadline, cx.waker());
        }
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
            Some(end) if end <= now => now.checked_add(self.mailbox.shared().settings.idle),
            later => later,
        };
        silence.is_some_and(|end| end <= now)
            && !self.is_something_coming(now)
            && !self.is_lending()
            && self.mailbox.end_if_silent()
    }

    /// Whether something is under way that will come by itself, and not only when a fault goes.
    fn is_something_coming(&self, now: Instant) -> bool {
        let comes = |chain: &Chain| chain.charge() > 0 && chain.deadline(now, Sink::Open).is_some();
        Direction::BOTH.into_iter().any(|way| self.lanes.duplex.chain(way).is_some_and(comes))
    }

    /// When it will have been silent for too long, if nothing comes.
    fn silence(&self) -> Option<Instant> {
        let last = self.mailbox.last().map_or(self.last, |last| last.max(self.last));
        last.checked_add(self.mailbox.shared().settings.idle)
    }

    /// Lets the client's datagrams meet the faults that were in force when they came. Whether there
    /// may be more.
    fn take_arrived(&mut self) -> bool {
        let way = Direction::ToServer;
        let (arrived, faults) = if self.is_away(way) {
            (self.mailbox.arrived_under(self.lanes.seen(way), DATAGRAMS_PER_TURN), None)
        } else {
            let (arrived, faults) = self.mailbox.arrived(DATAGRAMS_PER_TURN);
            (arrived, Some(faults))
        };
        let is_more = arrived.len() == DATAGRAMS_PER_TURN;
        for one in arrived {
            if self.lanes.meet(way, &one.faults) {
                self.lanes.take_datagram(way, Segment::Data(one.datagram), one.at);
            }
        }
        if let Some(faults) = faults {
            self.lanes.meet(way, &faults);
        }
        is_more
    }

    /// Sends what is due. Whether there may be more.
    fn deliver(&mut self) -> bool {
        if !self.lanes.duplex.is_at_work() {
            return false;
        }
        if !self.is_away(Direction::ToClient) {
            self.lanes.look(Direction::ToClient);
        }
        let mut turn = 2 * DATAGRAMS_PER_TURN;
        while turn > 0
            && let Some((direction, segment)) = self.lanes.duplex.next(Instant::now(), OPEN)
        {
            turn -= 1;
            if let Segment::Data(datagram) = segment {
                self.last = Instant::now();
                self.send(direction, &datagram);
            }
        }
        for direction in Direction::BOTH {
            let lost = self.lanes.duplex.take_lost(direction) as u64;
            self.lanes.traffic(direction).dropped.fetch_add(lost, Relaxed);
            self.lanes.account(direction, 0);
        }
        turn == 0
    }

    /// Sends a datagram on its way.
    fn send(&self, direction: Direction, datagram: &[u8]) {
        match direction {
            Direction::ToServer => {
                if let Some(error) = self.mailbox.send_to_server(self.server.socket(), datagram) {
                    self.mailbox.note_refusal(&error);
                }
            }
            Direction::ToClient => self.mailbox.send_to_client(datagram),
        }
    }

    /// Who has ended the connection, if a fault has; something of it may still be under way.
    fn closed(&self) -> Option<ClosedBy> {
        if let Some(end) = self.lanes.duplex.end() {
            return Some(end.by.clone().into());
        }
        let (direction, closed) = self.lanes.duplex.closing()?;
        Some(ClosedBy::Fault { direction, name: closed.by.clone() })
    }
}
