//! A connection: its faults as it sees them, its sockets, and how it comes to its end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Wake, Waker};
use std::time::Instant;

use chaosgate_faults::{
    Direction, Duplex, EndedBy, FaultList, Origin, PerDirection, Sink, Transport,
};

use crate::line::Line;

/// A connection, polled in the way of the gate's.
#[derive(Debug)]
pub(crate) struct Connection {
    transport: Transport,
    duplex: Duplex,
    pub(crate) lines: PerDirection<Line>,
    /// Lists that it has yet to see, in order.
    unseen: PerDirection<Vec<FaultList>>,
    woken: Arc<Woken>,
    deadline: Option<Instant>,
    polls: usize,
    /// How often it gave way with more to do.
    turns: usize,
}

/// That somebody has called the waker.
#[derive(Debug)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Connection {
    pub(crate) fn new(origin: &Origin) -> Self {
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        let origin = Origin { waker: Waker::from(woken.clone()), ..origin.clone() };
        Connection {
            transport: origin.transport,
            duplex: Duplex::new(&origin, origin.connected),
            lines: PerDirection::from_fn(|direction| Line::new(direction, &origin)),
            unseen: PerDirection::default(),
            woken,
            deadline: None,
            polls: 0,
            turns: 0,
        }
    }

    /// When it is to be polled though nothing happens on its sockets.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Whether it is to be polled now.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.woken.0.load(Ordering::Relaxed) || self.deadline.is_some_and(|next| next <= now)
    }

    /// Has it polled: something has happened on its sockets, or to its faults.
    pub(crate) fn wake(&self) {
        self.woken.0.store(true, Ordering::Relaxed);
    }

    /// Whether nothing will ever happen on it.
    pub(crate) fn is_over(&self) -> bool {
        self.duplex.end().is_some()
    }

    /// Another list is in force, which it sees when it looks. Of those of before, it sees what shows
    /// though nothing comes.
    pub(crate) fn set(&mut self, direction: Direction, list: FaultList) {
        let unseen = &mut self.unseen[direction];
        if let [.., before, last] = &unseen[..]
            && last.acts_unseen_by_the_same(before)
        {
            unseen.pop();
        }
        unseen.push(list);
    }

    /// Moves what can be moved now.
    pub(crate) fn poll(&mut self, now: Instant) {
        self.woken.0.store(false, Ordering::Relaxed);
        self.look(now);
        loop {
            self.deliver(now);
            let is_more = self.next_moment(now).is_some_and(|next| next <= now);
            self.turns += usize::from(is_more);
            let (duplex, lines) = (&mut self.duplex, &mut self.lines);
            let is_read = Direction::BOTH.map(|way| lines[way].read(duplex, now));
            self.note_hits();
            self.check(now);
            if !is_more && is_read == [false; 2] {
                break;
            }
        }
        // One that has just woken itself is polled once more, and has a deadline then.
        let is_woken = self.woken.0.load(Ordering::Relaxed);
        self.deadline = self.next_moment(now).filter(|_| !is_woken);
    }

    fn look(&mut self, now: Instant) {
        for direction in Direction::BOTH {
            for list in std::mem::take(&mut self.unseen[direction]) {
                self.lines[direction].meet(&list);
                self.duplex.switch(direction, &list, now);
            }
        }
        self.note_hits();
    }

    fn deliver(&mut self, now: Instant) {
        loop {
            self.polls += 1;
            let next = self.duplex.next(now, self.sinks());
            self.note_hits();
            let Some((direction, segment)) = next else { break };
            let is_closed = self.duplex.closing().is_some() || self.duplex.end().is_some();
            let may_end = is_closed || self.duplex.has_ended(direction);
            self.lines[direction].come_out(segment, may_end);
        }
    }

    fn note_hits(&mut self) {
        for direction in Direction::BOTH {
            let (line, other) = self.lines.both_mut(direction);
            self.duplex.report(direction, |entry, _| {
                line.effects_mut().note_hit(entry);
                other.effects_mut().note_hit_beside(entry);
            });
        }
    }

    fn next_moment(&self, now: Instant) -> Option<Instant> {
        self.duplex.deadline(now, self.sinks())
    }

    fn sinks(&self) -> PerDirection<Sink> {
        PerDirection::from_fn(|direction| self.lines[direction].sink())
    }

    /// What must hold at any moment.
    fn check(&mut self, now: Instant) {
        for (_, line) in self.lines.iter() {
            line.check(&self.duplex);
        }
        let closing = self.duplex.closing().map(|(way, closed)| (way, closed.by.clone()));
        for (direction, name) in closing.into_iter().chain(self.fault_that_ended()) {
            let effects = self.lines[direction].effects();
            assert!(effects.are_by(&name), "{name} has closed the connection without a hit");
        }
        if self.is_over() {
            assert_eq!(self.duplex.next(now, self.sinks()), None, "something follows the end");
            assert_eq!(self.next_moment(now), None, "something is waited for behind the end");
        }
    }

    fn fault_that_ended(&self) -> Option<(Direction, String)> {
        match &self.duplex.end()?.by {
            EndedBy::Fault { direction, name } => Some((*direction, name.clone())),
            EndedBy::Source(_) => None,
        }
    }

    /// Without faults and with open sinks, nothing is under way, and nothing waits.
    pub(crate) fn check_healed(&self, now: Instant) {
        if self.is_over() {
            return;
        }
        assert_eq!(self.duplex.closing(), None, "closed without an end");
        assert_eq!(self.next_moment(now), None, "something is still waited for");
        for (direction, line) in self.lines.iter() {
            assert!(self.duplex.chain(direction).is_none(), "there is still something to do");
            assert!(!line.is_waiting() || self.duplex.has_ended(direction), "something is unread");
        }
    }

    /// Both peers have ended their streams besides: so it is over, and if no fault was in the way all
    /// has come.
    pub(crate) fn check_ended(&self) {
        let is_stream = self.transport == Transport::Stream;
        assert!(self.is_over() || !is_stream, "it hangs");
        let is_by_fault = self.fault_that_ended().is_some();
        let is_reset = self.lines.iter().any(|(_, line)| line.was_reset());
        let is_untouched = self.lines.iter().all(|(_, line)| line.effects().leave_all());
        if !is_by_fault && !is_reset && is_untouched {
            self.lines.iter().for_each(|(_, line)| line.check_complete());
        }
    }

    /// How often it was polled, how often it had more to do then, and how much there was to do.
    pub(crate) fn polls_turns_and_work(&self) -> [usize; 3] {
        [self.polls, self.turns, self.lines.iter().map(|(_, line)| line.work()).sum()]
    }
}
