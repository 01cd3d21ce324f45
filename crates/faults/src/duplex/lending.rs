//! A direction of a connection that is lent to somebody outside.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;

use super::half::Source;
use super::{Direction, Duplex, How, Segment};
use crate::{Chain, Entry};

impl Duplex {
    /// Whether a direction is lent, or will be when nothing is under way any more.
    pub fn lends(&self, direction: Direction) -> bool {
        self.chain(direction).is_some_and(Chain::lends)
    }

    /// The entry that lends a direction, as soon as nothing is under way any more.
    pub fn lent(&self, direction: Direction) -> Option<&Arc<Entry>> {
        let half = &self.halves[direction];
        half.chain.as_ref().filter(|_| !half.is_away && half.source == Source::Open)?.lent()
    }

    /// A direction goes into other hands: nothing happens on it until it [comes
    /// back](Duplex::take_back), unless the connection is closed meanwhile.
    pub fn lend(&mut self, direction: Direction) {
        self.halves[direction].is_away = true;
    }

    /// Whether a direction is in other hands.
    pub fn is_away(&self, direction: Direction) -> bool {
        self.halves[direction].is_away
    }

    /// A direction comes back. `is_over`: the end of its stream was lent, and goes on.
    pub fn take_back(&mut self, direction: Direction, is_over: bool) {
        let half = &mut self.halves[direction];
        half.is_away = false;
        if is_over && half.source == Source::Open {
            half.source = Source::Ended;
            half.ending = Some(Segment::Fin);
            self.first_to_end.get_or_insert(direction);
        }
    }

    /// Closes the connection in order, as the entry that lends a direction: its borrower wants it.
    pub fn close_lent(&mut self, direction: Direction, how: How, now: Instant) {
        let half = &mut self.halves[direction];
        half.is_away = false;
        if let Some(chain) = &mut half.chain {
            chain.close_lent(how, now);
            self.note_closing(direction, now);
        }
    }

    /// Takes the next datagram that came while a direction is lent: it is the borrower's.
    pub fn take_lent(&mut self, direction: Direction) -> Option<Bytes> {
        self.halves[direction].chain.as_mut()?.take_lent()
    }

    /// Puts back what the borrower of a direction has left, before all that has come in since.
    pub fn put_back(
        &mut self,
        direction: Direction,
        datagrams: impl DoubleEndedIterator<Item = Bytes>,
        now: Instant,
    ) {
        if let Some(chain) = &mut self.halves[direction].chain {
            chain.put_back(datagrams, now);
        }
    }
}
