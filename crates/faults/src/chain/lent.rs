//! A chain whose direction is lent to somebody outside.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;

use super::Chain;
use super::slot::Slot;
use crate::{Direction, Entry, How, Segment, Transport};

impl Chain {
    /// Whether the direction is lent, or will be when nothing is under way any more.
    pub fn lends(&self) -> bool {
        self.lending_place().is_some()
    }

    /// The entry that lends the direction, as soon as nothing is under way any more but what
    /// [waits](Chain::take_lent) for the borrower.
    pub fn lent(&self) -> Option<&Arc<Entry>> {
        let place = self.lending_place()?;
        let is_over = self.closed.is_some() || self.ended;
        let waits = |queue| queue == place && !self.is_passing(place);
        let is_dry =
            (0..=self.slots.len()).all(|queue| self.queue_before(queue).is_empty() || waits(queue));
        (is_dry && !is_over).then(|| &self.slots[place].entry)
    }

    /// Takes the next datagram that came while the direction is lent: it is the borrower's.
    pub fn take_lent(&mut self) -> Option<Bytes> {
        let place = self.lending_place().filter(|place| !self.is_passing(*place))?;
        self.foreseen.forget();
        match self.queue_before_mut(place).pop(usize::MAX)?.segment {
            Segment::Data(datagram) => Some(datagram),
            Segment::Fin | Segment::Reset => None,
        }
    }

    /// Puts back what the borrower has left, before all that has come in since.
    pub fn put_back(&mut self, datagrams: impl DoubleEndedIterator<Item = Bytes>, now: Instant) {
        let place = self.lending_place().unwrap_or(0);
        // What has met a fault before this place is under way, and meets no later one.
        let era = (place > 0).then_some(self.era);
        self.foreseen.forget();
        for datagram in datagrams.rev() {
            self.queue_before_mut(place).put_first(Segment::Data(datagram), now, era);
        }
    }

    /// Closes the connection in order, as the entry that lends the direction: its borrower wants
    /// it.
    pub fn close_lent(&mut self, how: How, now: Instant) {
        if let Some(place) = self.lending_place() {
            self.foreseen.forget();
            self.slots[place].out.begin_without(self.era);
            self.slots[place].out.close(how, now);
            self.note_closing();
        }
    }

    /// Whether what has been read and waits for its first fault can be given to a borrower: only a client's
    /// datagrams do not come out of a socket that is the borrower's too.
    pub(super) fn can_lend_what_waits(&self) -> bool {
        self.origin.transport == Transport::Datagram && self.origin.direction == Direction::ToServer
    }

    fn lending_place(&self) -> Option<usize> {
        self.slots.iter().position(Slot::lends)
    }

    /// Whether what comes to this place next came before the direction was lent, and passes by.
    fn is_passing(&self, place: usize) -> bool {
        let first = self.queue_before(place).first();
        first.is_some_and(|parcel| self.slots[place].is_passed_by(parcel))
    }
}

impl Slot {
    /// Whether the direction is lent here.
    fn lends(&self) -> bool {
        !self.leaving && self.entry.fault().lends()
    }
}
