//! What the chain does with an outbox.

use std::collections::VecDeque;
use std::time::Instant;

use bytes::BytesMut;

use super::Outbox;
use crate::{Closing, Segment};

/// The time between two switches of a chain, by its number.
pub(crate) type Era = u32;

/// An empty queue keeps the memory of so many parcels and no more: a delay that once held a flood
/// shall not cost that memory for ever.
const KEPT: usize = 1024;

/// A segment under way.
#[derive(Debug)]
pub(crate) struct Parcel {
    /// `None`: held until it is released.
    pub(crate) due: Option<Instant>,
    /// When it came to the first fault; `None`: not yet. It meets no fault of a later era.
    pub(crate) era: Option<Era>,
    pub(crate) segment: Segment,
}

impl Parcel {
    /// Whether the two may become one: data of one era, both held.
    pub(super) fn joins(&self, next: &Parcel) -> bool {
        let is_held_data = |parcel: &Parcel| parcel.due.is_none() && parcel.segment.is_data();
        is_held_data(self) && is_held_data(next) && self.era == next.era
    }

    /// Adds the data of `pieces` to its own.
    pub(super) fn append(&mut self, pieces: &[Segment]) {
        if let (Segment::Data(bytes), false) = (&mut self.segment, pieces.is_empty()) {
            let length = bytes.len() + pieces.iter().map(Segment::len).sum::<usize>();
            let mut joined = BytesMut::with_capacity(length);
            joined.extend_from_slice(bytes);
            for piece in pieces {
                if let Segment::Data(piece) = piece {
                    joined.extend_from_slice(piece);
                }
            }
            *bytes = joined.freeze();
        }
    }
}

impl Outbox {
    pub(super) fn put(&mut self, segment: Segment, due: Instant) {
        let before = self.queue.back().and_then(|parcel| parcel.due);
        self.bytes += segment.len();
        let due = Some(before.map_or(due, |before| before.max(due)));
        self.queue.push_back(Parcel { due, era: self.era, segment });
    }

    /// Puts a segment of this era before all others.
    pub(crate) fn put_first(&mut self, segment: Segment, due: Instant, era: Option<Era>) {
        self.bytes += segment.len();
        self.held_from += 1;
        self.queue.push_front(Parcel { due: Some(due), era, segment });
    }

    /// Puts a parcel at this place, or before all that is due later there.
    pub(super) fn insert(&mut self, parcel: Parcel, before: usize) {
        let goes_before = |other: &Parcel| other.due.is_none_or(|due| Some(due) <= parcel.due);
        let place = self.queue.range(..before).rposition(goes_before).map_or(0, |place| place + 1);
        self.queue.insert(place, parcel);
    }

    /// How many parcels were due before `now`, and still are there.
    pub(crate) fn overdue(&self, now: Instant) -> usize {
        self.queue.partition_point(|parcel| parcel.due.is_some_and(|due| due < now))
    }

    /// Throws away what is due by `now`, and gives how much that was.
    pub(crate) fn discard_due(&mut self, now: Instant) -> usize {
        let mut discarded = 0;
        while self.first_due().is_some_and(|due| due <= now) {
            discarded += usize::from(self.pop(usize::MAX).is_some());
        }
        discarded
    }

    /// Puts in all that comes of one segment, by `treat`, with the era of that segment.
    pub(crate) fn in_era(&mut self, era: Option<Era>, treat: impl FnOnce(&mut Self)) {
        self.era = era;
        treat(self);
        self.era = None;
    }

    /// Has all that is in it count as having come in this era, if it has not come earlier.
    pub(crate) fn enter(&mut self, era: Era) {
        for parcel in &mut self.queue {
            parcel.era.get_or_insert(era);
        }
    }

    /// The place of the first parcel that is held.
    pub(super) fn first_held(&mut self) -> Option<usize> {
        if self.held == 0 {
            return None;
        }
        while self.queue.get(self.held_from)?.due.is_some() {
            self.held_from += 1;
        }
        Some(self.held_from)
    }

    /// The payload bytes in it that have not come to the first fault yet.
    pub(crate) fn bytes_to_enter(&self) -> u64 {
        let waiting = self.queue.iter().filter(|parcel| parcel.era.is_none());
        waiting.map(|parcel| parcel.segment.len() as u64).sum()
    }

    /// The first parcel, if there is one and it is not held.
    pub(crate) fn first(&self) -> Option<&Parcel> {
        self.queue.front().filter(|parcel| parcel.due.is_some())
    }

    /// When the first segment is due; `None` if there is none, or it is held.
    pub(crate) fn first_due(&self) -> Option<Instant> {
        self.queue.front().and_then(|parcel| parcel.due)
    }

    /// When the last segment is due.
    pub(crate) fn last_due(&self) -> Option<Instant> {
        self.queue.back().and_then(|parcel| parcel.due)
    }

    /// Takes the first parcel that is not held, or of its data no more than `room` bytes.
    pub(crate) fn pop(&mut self, room: usize) -> Option<Parcel> {
        let first = self.queue.front_mut().filter(|parcel| parcel.due.is_some())?;
        let parcel = if first.segment.len() > room {
            Parcel { segment: first.segment.split_to(room), ..*first }
        } else {
            self.held_from = self.held_from.saturating_sub(1);
            self.queue.pop_front()?
        };
        self.bytes -= parcel.segment.len();
        if self.queue.is_empty() && self.queue.capacity() > KEPT {
            self.queue = VecDeque::new();
        }
        Some(parcel)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub(super) fn none_is_held(&mut self) {
        (self.held, self.bytes_in_held) = (0, 0);
    }

    /// The payload bytes that will go on by themselves.
    pub(crate) fn bytes_due(&self) -> usize {
        self.bytes - self.bytes_in_held
    }

    /// The length of the first parcel that is held.
    pub(crate) fn first_held_len(&mut self) -> Option<usize> {
        self.first_held().map(|place| self.queue[place].segment.len())
    }

    pub(crate) fn has_held(&self) -> bool {
        self.held > 0
    }

    /// Takes all that it has to deliver.
    pub(crate) fn take_all(&mut self) -> impl Iterator<Item = Segment> {
        self.bytes = 0;
        self.none_is_held();
        std::mem::take(&mut self.queue).into_iter().map(|parcel| parcel.segment)
    }

    /// The memory it counts for.
    pub(crate) fn charge(&self) -> usize {
        self.bytes + self.queue.len() * Segment::OVERHEAD
    }

    pub(crate) fn closing(&self) -> Option<Closing> {
        self.closing
    }

    /// Hits since the last call.
    pub(crate) fn take_hits(&mut self) -> u64 {
        std::mem::take(&mut self.hits)
    }
}
