//! What the chain does with an outbox.

use std::collections::VecDeque;
use std::time::Instant;

use super::parcel::{detached, place_of};
use super::{Era, Loose, Outbox, Parcel};
use crate::{Closing, Segment, Tally};

/// An empty queue keeps the memory of so many parcels and no more: a delay that once held a flood
/// shall not cost that memory for ever.
const KEPT: usize = 32;

impl Outbox {
    /// Puts a segment at the end, so many times.
    #[inline]
    pub(super) fn put(&mut self, segment: Segment, due: Instant, times: u32) {
        let before = self.last_due();
        let due = before.map_or(due, |before| before.max(due));
        let parcel = self.parcel(segment, Some(due)).times(times);
        self.grow();
        self.queue.push_back(parcel);
    }

    /// Makes room for one more parcel in the queue. A long queue grows by an eighth and not to twice
    /// its size, so that what it keeps in reserve is within what its parcels count for.
    pub(super) fn grow(&mut self) {
        let length = self.queue.len();
        if length == self.queue.capacity() && length >= KEPT {
            self.queue.reserve_exact(length / 8);
        }
    }

    /// Takes the parcels from this place on out of the queue.
    pub(super) fn split_off(&mut self, place: usize) -> VecDeque<Parcel> {
        // What a queue gives up whole need not be copied, which would take its memory once more.
        if place == 0 { std::mem::take(&mut self.queue) } else { self.queue.split_off(place) }
    }

    /// Puts a segment of this era before all others.
    pub(crate) fn put_first(&mut self, segment: Segment, due: Instant, era: Option<Era>) {
        self.bytes += segment.len();
        self.held_from += 1;
        self.grow();
        self.queue.push_front(Parcel::new(segment, Some(due), era));
    }

    /// How many parcels were due before `now`, and still are there; no more than `most` are
    /// counted.
    pub(crate) fn overdue(&self, now: Instant, most: usize) -> usize {
        let is_overdue = |parcel: &Parcel| parcel.due.is_some_and(|due| due < now);
        let loose = self.loose.as_ref().map_or(0, |loose| loose.overdue(now, most));
        self.queue.partition_point(is_overdue) + loose
    }

    /// Throws away all that is in it.
    pub(crate) fn clear(&mut self) {
        self.queue = VecDeque::new();
        self.loose = None;
        self.bytes = 0;
        self.none_is_held();
    }

    /// What is put in from now on comes of this segment of this era: it is of the same, and keeps no
    /// more of its memory than it needs.
    #[inline]
    pub(crate) fn begin(&mut self, segment: &Segment, era: Option<Era>) {
        self.era = era;
        self.whole = place_of(segment);
    }

    /// What is put in from now on comes of no segment, in this era.
    #[inline]
    pub(crate) fn begin_without(&mut self, era: Era) {
        self.era = Some(era);
    }

    /// Takes out what is held.
    pub(crate) fn take_held(&mut self) -> Vec<Parcel> {
        let Some(place) = self.first_held() else { return Vec::new() };
        let rest = self.split_off(place);
        let (held, behind): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|parcel| parcel.due.is_none());
        self.queue.extend(behind);
        self.bytes -= self.bytes_in_held;
        self.none_is_held();
        held
    }

    /// The bytes of what is held, in one piece.
    pub(crate) fn held_text(&self) -> Vec<u8> {
        if !self.has_held() {
            return Vec::new();
        }
        let held = self.queue.iter().filter(|parcel| parcel.due.is_none());
        let bytes = held.filter_map(|parcel| match &parcel.segment {
            Segment::Data(bytes) => Some(&bytes[..]),
            Segment::Fin | Segment::Reset => None,
        });
        bytes.collect::<Vec<_>>().concat()
    }

    /// The payload bytes that are held.
    pub(crate) fn bytes_held_back(&self) -> usize {
        self.bytes_in_held
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
    #[inline]
    pub(crate) fn first(&self) -> Option<&Parcel> {
        if let Some(loose) = self.loose_first() {
            return loose.first();
        }
        self.queue.front().filter(|parcel| parcel.due.is_some())
    }

    /// When the first segment is due; `None` if there is none, or it is held.
    #[inline]
    pub(crate) fn first_due(&self) -> Option<Instant> {
        self.first().and_then(|parcel| parcel.due)
    }

    /// When the last segment is due.
    #[inline]
    pub(crate) fn last_due(&self) -> Option<Instant> {
        let queued = self.queue.back().and_then(|parcel| parcel.due);
        match &self.loose {
            Some(loose) => queued.max(loose.last_due()),
            None => queued,
        }
    }

    /// What has no order to keep, if the first of that is the next parcel. Of one moment, it is: what
    /// closes the connection comes behind all others.
    #[inline]
    fn loose_first(&self) -> Option<&Loose> {
        let loose = self.loose.as_deref()?;
        let due = loose.first_due()?;
        let queued = self.queue.front().and_then(|parcel| parcel.due);
        queued.is_none_or(|queued| due <= queued).then_some(loose)
    }

    /// Takes the first parcel that is not held, or of its data no more than `room` bytes.
    #[inline]
    pub(crate) fn pop(&mut self, room: usize) -> Option<Parcel> {
        let is_loose = self.loose_first().is_some();
        let parcel = match self.loose.as_mut().filter(|_| is_loose) {
            Some(loose) => loose.pop()?,
            None => self.pop_queued(room)?,
        };
        self.bytes -= parcel.segment.len();
        if self.queue.is_empty() && self.queue.capacity() > KEPT {
            self.queue = VecDeque::new();
        }
        Some(parcel)
    }

    #[inline]
    fn pop_queued(&mut self, room: usize) -> Option<Parcel> {
        let first = self.queue.front_mut().filter(|parcel| parcel.due.is_some())?;
        if let Some(one) = first.take_one() {
            // Until the last one is taken the bytes are there.
            self.bytes += one.segment.len();
            self.held_from += 1;
            self.queue.push_front(one);
        }
        let first = self.queue.front_mut()?;
        if first.segment.len() > room {
            return Some(first.split_to(room));
        }
        self.held_from = self.held_from.saturating_sub(1);
        self.queue.pop_front()
    }

    /// Makes a parcel of a segment, and counts its bytes.
    #[inline]
    pub(super) fn parcel(&mut self, segment: Segment, due: Option<Instant>) -> Parcel {
        self.bytes += segment.len();
        Parcel::new(detached(segment, &self.whole), due, self.era)
    }

    /// How many parcels are in it.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.queue.len() + self.loose.as_ref().map_or(0, |loose| loose.len())
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.loose.as_ref().is_none_or(|loose| loose.is_empty())
    }

    pub(super) fn none_is_held(&mut self) {
        (self.held, self.bytes_in_held) = (0, 0);
    }

    /// The payload bytes that will go on by themselves.
    pub(crate) fn bytes_due(&self) -> usize {
        self.bytes - self.bytes_in_held
    }

    /// Something has left it, when somebody looked.
    #[inline]
    pub(crate) fn note_left(&mut self, looked: Instant) {
        self.last_left = Some(looked);
    }

    /// The length of the first parcel that is held.
    pub(crate) fn first_held_len(&mut self) -> Option<usize> {
        self.first_held().map(|place| self.queue[place].segment.len())
    }

    #[inline]
    pub(crate) fn has_held(&self) -> bool {
        self.held > 0
    }

    /// The memory it counts for.
    #[inline]
    pub(crate) fn charge(&self) -> usize {
        self.bytes + self.len() * Segment::OVERHEAD
    }

    #[inline]
    pub(crate) fn closing(&self) -> Option<Closing> {
        self.closing
    }

    /// What the fault has done since the last call.
    #[inline]
    pub(crate) fn take_tally(&mut self) -> Tally {
        std::mem::take(&mut self.tally)
    }
}
