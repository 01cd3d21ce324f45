//! A connection without I/O: its two directions, and all rules between them.
//!
//! `mod.rs` is what whoever moves the bytes calls, `half.rs` one direction, `events.rs` the order in
//! which things happen, `ending.rs` how a connection comes to an end (`end.rs`), `lending.rs` a
//! direction in other hands, `telling.rs` what the faults of one direction hear of the other.

mod end;
mod ending;
mod events;
mod half;
mod lending;
mod telling;

use std::time::Instant;

pub use end::{End, EndedBy};
use half::{Half, Source};

use crate::{
    Chain, Closed, Direction, Entry, FaultList, How, Origin, PerDirection, Segment, Sink, Tally,
    Transport,
};

/// Both directions of a connection, with the faults that work on them.
///
/// Whoever moves the bytes gives it what was read ([`take`](Duplex::take)), delivers what comes out
/// ([`next`](Duplex::next)), looks again at the [`deadline`](Duplex::deadline), and closes the
/// sockets when there is an [`end`](Duplex::end). What happens on the two directions happens in the
/// order of its moments, however late it is looked at; and of one moment, the end of a stream comes
/// last, so that a reset is not swallowed.
///
/// - A fault that closes in order ends the other direction too: by FIN, behind what is under way
///   there, which comes at once; or by a reset, which all that is under way there is lost to.
/// - A fault that resets at once ends the connection in that moment.
/// - Otherwise it is over when both directions have ended, or when a reset has come out.
/// - While it is closed in order, a peer that does not take what it is to have before the end is
///   waited for a second.
#[derive(Debug)]
pub struct Duplex {
    halves: PerDirection<Half>,
    /// The direction whose source was the first to end its stream.
    first_to_end: Option<Direction>,
    /// The direction whose fault was the first to close the connection.
    first_to_close: Option<Direction>,
    /// Since when a fault has closed it, and the other direction has yet to be told.
    to_be_cut: Option<Instant>,
    /// Since when a peer does not take what it is to have before the end.
    stuck_since: Option<Instant>,
    end: Option<End>,
}

impl Duplex {
    /// A connection that has been made at `now`, without faults. What `origin` says of a direction
    /// is left aside.
    pub fn new(origin: &Origin, now: Instant) -> Self {
        Duplex {
            halves: PerDirection::from_fn(|direction| {
                Half::new(Origin { direction, ..origin.clone() }, now)
            }),
            first_to_end: None,
            first_to_close: None,
            to_be_cut: None,
            stuck_since: None,
            end: None,
        }
    }

    /// Makes `list` the faults of a direction, from the moment at which it was
    /// [set](FaultList::since), which `now` may be later than: until then, those of before work in
    /// both directions. One that is being closed from the other direction meets no new ones.
    pub fn switch(&mut self, direction: Direction, list: &FaultList, now: Instant) {
        let half = &self.halves[direction];
        if half.chain.is_none() && list.is_empty() {
            return;
        }
        let at = half.moment_of(list, now);
        self.run_until(at);
        let half = &mut self.halves[direction];
        if half.source != Source::Cut && self.end.is_none() {
            half.chain_at(at).switch(list, now);
            self.note_closing(direction, at);
            for direction in Direction::BOTH {
                self.tell(direction, at);
            }
        }
    }

    /// Whether what is read in a direction may be written on at once, without being taken in.
    pub fn passes(&self, direction: Direction) -> bool {
        let half = &self.halves[direction];
        half.chain.is_none() && half.source == Source::Open
    }

    /// Whether anything may come out: not while traffic passes in both directions.
    pub fn is_at_work(&self) -> bool {
        self.halves.iter().any(|(_, half)| half.chain.is_some() || half.ending.is_some())
    }

    /// So many bytes have been written on at once.
    pub fn note_passed(&mut self, direction: Direction, bytes: usize) {
        self.halves[direction].received += bytes as u64;
    }

    /// Takes in what a read has brought. Whoever reads asks for the [`room`](Duplex::room) first, but
    /// what comes nevertheless is not lost. Nothing follows an end.
    pub fn take(&mut self, direction: Direction, segment: Segment, now: Instant) {
        let half = &mut self.halves[direction];
        if half.source != Source::Open {
            return;
        }
        if segment.is_data() {
            let length = segment.len();
            half.chain_at(now).push(segment, now);
            half.received += length as u64;
        } else {
            half.source = Source::Ended;
            self.first_to_end.get_or_insert(direction);
            match &mut half.chain {
                Some(chain) => chain.push(segment, now),
                None => half.ending = Some(segment),
            }
        }
    }

    /// Data of a direction waits unread, since there is no room for it.
    pub fn on_wait(&mut self, direction: Direction, now: Instant) {
        if let Some(chain) = &mut self.halves[direction].chain {
            chain.on_wait(now);
            self.note_closing(direction, now);
            self.tell(direction, now);
        }
    }

    /// The source of a direction has reset the connection, which was noticed while nobody reads it.
    /// It overtakes all that is under way, and what waits unread; unless a fault keeps it: then it waits
    /// like that, and comes behind it. Whether it has overtaken.
    pub fn on_reset(&mut self, direction: Direction) -> bool {
        let chain = self.halves[direction].chain.as_ref();
        let is_kept = chain.is_some_and(|chain| !chain.lets_reset_overtake());
        if !is_kept {
            self.end_by_source(direction);
        }
        !is_kept
    }

    /// How many bytes of a direction may be read now; 0: its source is to be left alone.
    pub fn room(&self, direction: Direction) -> usize {
        let half = &self.halves[direction];
        match &half.chain {
            _ if half.source != Source::Open || self.end.is_some() => 0,
            Some(chain) => chain.room(),
            None => usize::MAX,
        }
    }

    /// Whether one more datagram of a direction may come in.
    pub fn takes_datagrams(&self, direction: Direction) -> bool {
        self.halves[direction].chain.as_ref().is_none_or(|chain| chain.takes_datagrams())
    }

    /// Whether a direction is read no more: its stream has ended, or the connection is being closed.
    pub fn has_ended(&self, direction: Direction) -> bool {
        self.halves[direction].source != Source::Open
    }

    /// Whether a direction is being closed from the other one.
    pub fn is_cut(&self, direction: Direction) -> bool {
        self.halves[direction].source == Source::Cut
    }

    /// The direction whose fault is closing the connection, if one is, and what is known of that.
    pub fn closing(&self) -> Option<(Direction, &Closed)> {
        let direction = self.first_to_close?;
        Some((direction, self.closed(direction)?))
    }

    /// How it has come to its end, if it has. Nothing happens any more then.
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// The memory that what is under way in a direction counts for.
    pub fn charge(&self, direction: Direction) -> usize {
        self.chain(direction).map_or(0, Chain::charge)
    }

    /// The chain of a direction, as long as it has anything to do.
    pub fn chain(&self, direction: Direction) -> Option<&Chain> {
        self.halves[direction].chain.as_deref()
    }

    /// Reports what the faults of a direction have done since the last call, entry by entry.
    pub fn report(&mut self, direction: Direction, report: impl FnMut(&Entry, Tally)) {
        if let Some(chain) = &mut self.halves[direction].chain {
            chain.report(report);
        }
    }

    /// How many segments of a direction no fault took when the connection was closed, since the last
    /// call.
    pub fn take_lost(&mut self, direction: Direction) -> usize {
        self.halves[direction].chain.as_mut().map_or(0, |chain| chain.take_lost())
    }

    /// Throws away all that is under way in a direction, and gives how many segments that was.
    pub fn discard(&mut self, direction: Direction) -> usize {
        self.halves[direction].chain.take().map_or(0, |mut chain| chain.discard())
    }

    fn closed(&self, direction: Direction) -> Option<&Closed> {
        self.chain(direction)?.closed()
    }

    fn transport(&self) -> Transport {
        self.halves.to_server.origin.transport
    }
}
