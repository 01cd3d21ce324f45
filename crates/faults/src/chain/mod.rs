//! The faults of one direction of one connection, in order, and what is under way between them.
//!
//! `mod.rs` is what the connection calls, `event.rs` what may happen, `events.rs` in which order, `foreseen.rs`
//! what was found to come next, `slot.rs` one fault's place, `switch.rs` what happens when the list is
//! replaced, `start.rs` how an entry begins, `letting_go.rs` the end of the connection from the other
//! direction, `lent.rs` a direction that is in other hands.
//!
//! Of an entry that does not always act, `turn.rs` is how far it has come, `look.rs` how it looks for a match,
//! `waiting.rs` what its slot does, `turns.rs` what the chain does, and `news.rs` what it tells in the other
//! direction.

mod event;
mod events;
mod foreseen;
mod lent;
mod letting_go;
mod look;
mod news;
mod part;
mod sink;
mod slot;
mod start;
mod switch;
mod turn;
mod turns;
mod waiting;

use std::net::SocketAddr;
use std::task::Waker;
use std::time::Instant;

pub(crate) use event::Event;
use foreseen::Foreseen;
pub use sink::Sink;
use slot::Slot;

use crate::fault::AHEAD;
use crate::outbox::Era;
use crate::{Closing, Direction, Entry, Outbox, Segment, Series, Tally, Transport};

/// The faults that work on one direction of one connection.
///
/// Time is an argument throughout. A segment reaches the next fault at the moment it was due, not
/// when somebody looked, so lateness does not add up along the chain.
#[derive(Debug)]
pub struct Chain {
    origin: Origin,
    /// The bytes of the stream so far.
    received: u64,
    /// What came in and has not met the first fault.
    inbox: Outbox,
    slots: Vec<Slot>,
    /// What was found when it was last looked at.
    foreseen: Foreseen,
    /// The number of switches so far.
    era: Era,
    /// The moment of the last event; time does not run backwards.
    clock: Instant,
    closed: Option<Closed>,
    /// An end of stream has come in: nothing follows it.
    ended: bool,
    /// Data waits in the socket for room.
    is_waited_for: bool,
    /// The connection is being closed from the other direction.
    is_letting_go: bool,
    /// Segments that no fault took when the connection was closed.
    lost: usize,
}

/// After so many events others get their turn: the next look goes on at once.
pub(crate) const EVENTS_PER_LOOK: usize = 2048;

/// Which direction of which connection a chain serves.
#[derive(Debug, Clone)]
pub struct Origin {
    /// What its draws come from.
    pub series: Series,
    /// The connection's number.
    pub connection: u64,
    /// The client's address.
    pub client: SocketAddr,
    /// The direction.
    pub direction: Direction,
    /// When the client was accepted.
    pub connected: Instant,
    /// What kind of traffic it is.
    pub transport: Transport,
    /// The bytes of the stream that have passed before there was a chain.
    pub offset: u64,
    /// The most bytes that the chain holds, [`Segment::OVERHEAD`] for each segment included. It may go
    /// beyond by one read, since a datagram comes whole; by what two segments more at each fault are
    /// charged; and by one datagram at each fault that repeats.
    pub buffer: usize,
    /// Wakes whoever drives the chain.
    pub waker: Waker,
}

/// That a fault has ended the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The entry's name.
    pub by: String,
    /// In what way.
    pub closing: Closing,
    /// The entry's id.
    entry: u64,
}

impl Chain {
    /// A chain without faults or segments, at the moment `now`.
    pub fn new(origin: Origin, now: Instant) -> Self {
        Chain {
            received: origin.offset,
            origin,
            inbox: Outbox::default(),
            slots: Vec::new(),
            foreseen: Foreseen::default(),
            era: 0,
            clock: now,
            closed: None,
            ended: false,
            is_waited_for: false,
            is_letting_go: false,
            lost: 0,
        }
    }

    /// Takes in what a read has brought. Whoever reads asks for the [`room`](Chain::room) first,
    /// but a segment that comes nevertheless is not lost.
    pub fn push(&mut self, segment: Segment, now: Instant) {
        if self.closed.is_none() && !self.is_letting_go {
            self.ended |= !segment.is_data();
            self.is_waited_for = false;
            self.received += segment.len() as u64;
            self.foreseen.forget();
            self.inbox.push(segment, now);
        }
    }

    /// Carries out what is due at `now`, and gives the next segment that is to be delivered.
    /// Call it until it gives `None`, and once more if the [`deadline`](Chain::deadline) has come
    /// then: it gives way now and again. While the `sink` takes nothing, it gives nothing, but
    /// clocks go on.
    pub fn poll(&mut self, now: Instant, sink: Sink) -> Option<Segment> {
        for _ in 0..EVENTS_PER_LOOK {
            let Some((at, event)) = self.next_event(now, sink).filter(|(at, _)| *at <= now) else {
                break;
            };
            if let Some(segment) = self.carry_out(at, event, now) {
                return Some(segment);
            }
        }
        self.drop_gone();
        None
    }

    /// When something will next be due, if ever: an earlier call to [`poll`](Chain::poll) changes
    /// nothing. `now` is for faults that have been woken.
    pub fn deadline(&self, now: Instant, sink: Sink) -> Option<Instant> {
        self.next_event(now, sink).map(|(at, _)| at)
    }

    /// How many bytes may be read now; 0: the socket is to be left alone.
    pub fn room(&self) -> usize {
        let room = self.foreseen.room(|| self.find_room());
        self.foreseen.check(|| room == self.find_room());
        room
    }

    fn find_room(&self) -> usize {
        if self.closed.is_some() || self.ended || !self.inbox.is_empty() {
            return 0;
        }
        // A rate that is used up does not end the reading: what stands before it reads ahead.
        if self.slots.iter().any(|slot| slot.room() == 0 && slot.rate().is_none()) {
            return 0;
        }
        let first = self.slots.first().map_or(usize::MAX, Slot::room);
        first.min(self.free()).min(self.read_ahead())
    }

    /// How many bytes of the buffer are free, for a segment of so many.
    fn free(&self) -> usize {
        self.origin.buffer.saturating_sub(self.charge()).saturating_sub(Segment::OVERHEAD)
    }

    /// Whether one more datagram may come in. Where a fault takes nothing, no more wait before it than a
    /// socket would keep, and all that is under way is no more than the buffer.
    pub fn takes_datagrams(&self) -> bool {
        const BYTES: usize = 256 << 10;
        const DATAGRAMS: usize = 256;
        let is_short = |place: usize| {
            place > 0
                && self.slots[place].room() == 0
                && self.slots[place - 1].out.overdue(self.clock, DATAGRAMS) >= DATAGRAMS
        };
        self.inbox.charge() < BYTES
            && self.charge() < self.origin.buffer
            && !(0..self.slots.len()).any(is_short)
    }

    /// Tells the faults that have no room that data waits in the socket.
    pub fn on_wait(&mut self, now: Instant) {
        self.is_waited_for = true;
        self.foreseen.forget();
        for slot in self.slots.iter_mut().filter(|slot| slot.room() == 0) {
            slot.on_wait(now, self.era);
        }
        self.note_closing();
    }

    /// The moment of the last event.
    pub(crate) fn clock(&self) -> Instant {
        self.clock
    }

    /// Whether what comes out next is the end of the stream.
    pub(crate) fn delivers_end(&self) -> bool {
        self.queue_before(self.slots.len()).first().is_some_and(|parcel| !parcel.segment.is_data())
    }

    /// Whether something else than what happens in it may change what happens next.
    pub(crate) fn heeds_others(&self) -> bool {
        self.foreseen.heeds_others
    }

    /// Whether it has neither faults nor segments, so that traffic can pass without it.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty() && self.inbox.is_empty() && self.closed.is_none()
    }

    /// The memory that its segments count for.
    pub fn charge(&self) -> usize {
        self.inbox.charge() + self.slots.iter().map(|slot| slot.out.charge()).sum::<usize>()
    }

    /// The payload bytes that it holds.
    pub fn held_bytes(&self) -> usize {
        self.inbox.held_bytes() + self.slots.iter().map(|slot| slot.out.held_bytes()).sum::<usize>()
    }

    /// The fault that has ended the connection, if one has.
    pub fn closed(&self) -> Option<&Closed> {
        self.closed.as_ref()
    }

    /// Whether a reset that was noticed while nobody reads may overtake all that is under way.
    pub fn lets_reset_overtake(&self) -> bool {
        self.slots.iter().all(Slot::lets_reset_overtake)
    }

    /// How many segments have been lost since the last call, because no fault took them when the
    /// connection was closed.
    pub fn take_lost(&mut self) -> usize {
        std::mem::take(&mut self.lost)
    }

    /// Throws away all that is under way, and gives how many segments that was.
    pub fn discard(&mut self) -> usize {
        self.foreseen.forget();
        let queues = self.slots.iter_mut().map(|slot| &mut slot.out);
        let mut count = 0;
        for queue in queues.chain(std::iter::once(&mut self.inbox)) {
            count += queue.len();
            queue.clear();
        }
        count
    }

    /// Reports what the faults have done since the last call, entry by entry. Their entries have
    /// counted the hits as they happened, before what they did could show.
    pub fn report(&mut self, mut report: impl FnMut(&Entry, Tally)) {
        for slot in &mut self.slots {
            slot.report(&mut report);
        }
        self.drop_gone();
    }

    /// Whether data may go on in parts, where there is room for a part.
    fn is_cut(&self) -> bool {
        self.origin.transport == Transport::Stream
    }

    /// What stands before a limited rate reads ahead no more than that rate fills while it delays,
    /// and 20 ms beyond that so that the rate never runs dry.
    fn read_ahead(&self) -> usize {
        let (mut room, mut delay, mut before) = (usize::MAX, AHEAD, 0);
        for slot in &self.slots {
            if let Some(rate) = slot.rate() {
                let window = usize::try_from(rate.bytes_in(delay)).unwrap_or(usize::MAX).max(1);
                room = room.min(window.saturating_sub(before));
            }
            delay += slot.delay();
            // What a fault holds does not come by itself, and may wait for more to be read.
            before += slot.out.bytes_due();
        }
        room
    }
}
