//! Segments with the moment each is due: the one place that knows about order.

use std::collections::VecDeque;
use std::ops::Range;
use std::time::Instant;

use crate::{Closing, How, Segment, Tally};

mod loose;
mod parcel;
mod queue;

use loose::Loose;
pub(crate) use parcel::{Era, Parcel};

/// What a fault has decided, until it is carried out.
///
/// The segments of a stream keep their order: one that is pushed with an earlier moment than the
/// one before it is due together with that one.
#[derive(Debug, Default)]
pub struct Outbox {
    queue: VecDeque<Parcel>,
    /// What has no order to keep, if there ever was such a thing.
    loose: Option<Box<Loose>>,
    /// Payload bytes in both.
    bytes: usize,
    /// Parcels in the queue that are held.
    held: usize,
    /// Their payload bytes.
    bytes_in_held: usize,
    /// No parcel before this place is held.
    held_from: usize,
    /// The era of the segment that is being treated: what comes of it has the same.
    era: Option<Era>,
    /// Where the bytes of that segment are.
    whole: Range<usize>,
    tally: Tally,
    closing: Option<Closing>,
    /// When the last parcel was taken out.
    last_left: Option<Instant>,
}

/// What a fault may do.
impl Outbox {
    /// Lets `segment` go on at `due`, or at once where that is past. After
    /// [`close`](Outbox::close) or [`abort`](Outbox::abort) it is discarded.
    pub fn push(&mut self, segment: Segment, due: Instant) {
        self.push_times(segment, due, 1);
    }

    /// The same so many times, one after another. They take the memory of one.
    pub fn push_times(&mut self, segment: Segment, due: Instant, times: u32) {
        if self.closing.is_none() && times > 0 {
            self.put(segment, due, times);
        }
    }

    /// Lets `segment` go on at `due`, also before what is due later: datagrams have no order to
    /// keep.
    pub fn push_unordered(&mut self, segment: Segment, due: Instant) {
        if self.closing.is_none() {
            let parcel = self.parcel(segment, None);
            self.loose.get_or_insert_default().put(parcel, due);
        }
    }

    /// Lets what was pushed without an order and is due at `due` go on at `now` already, the first
    /// of several.
    pub fn hasten(&mut self, due: Instant, now: Instant) {
        if let Some(loose) = &mut self.loose {
            loose.hasten(due, now);
        }
    }

    /// Keeps `segment` in its place until it is released. What is pushed after it waits for it.
    pub fn hold(&mut self, segment: Segment) {
        if self.closing.is_none() {
            if self.held == 0 {
                self.held_from = self.queue.len();
            }
            self.bytes_in_held += segment.len();
            self.held += 1;
            let parcel = self.parcel(segment, None);
            self.grow();
            self.queue.push_back(parcel);
        }
    }

    /// Lets go on at `now` all that is held or due later.
    pub fn release(&mut self, now: Instant) {
        for parcel in &mut self.queue {
            parcel.due = Some(parcel.due.map_or(now, |due| due.min(now)));
        }
        if let Some(loose) = &mut self.loose {
            loose.release(now);
        }
        self.none_is_held();
    }

    /// Lets the first `bytes` bytes of what is held go on at `due`, and keeps the rest. With 0, that
    /// is the first segment if it is empty.
    pub fn release_first(&mut self, mut bytes: usize, due: Instant) {
        while let Some(place) = self.first_held() {
            let before = place.checked_sub(1).and_then(|before| self.queue[before].due);
            let due = Some(before.map_or(due, |before| before.max(due)));
            self.grow();
            let parcel = &mut self.queue[place];
            self.bytes_in_held -= parcel.segment.len().min(bytes);
            if parcel.segment.len() > bytes {
                let mut first = parcel.split_to(bytes);
                first.due = due;
                self.queue.insert(place, first);
                return;
            }
            bytes -= parcel.segment.len();
            parcel.due = due;
            self.held -= 1;
            if bytes == 0 {
                return;
            }
        }
    }

    /// Replaces what is held, and lets that go on at `now`, in the place of the first that was
    /// held. With nothing held, nothing happens.
    pub fn release_as<I>(&mut self, now: Instant, replace: impl FnOnce(Vec<Segment>) -> I)
    where
        I: IntoIterator<Item = Segment>,
    {
        let Some(place) = self.first_held() else { return };
        let rest = self.split_off(place);
        let (held, behind): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|parcel| parcel.due.is_none());
        self.none_is_held();
        self.bytes -= held.iter().map(|parcel| parcel.segment.len()).sum::<usize>();
        let era = std::mem::replace(&mut self.era, held.first().and_then(|parcel| parcel.era));
        for segment in replace(held.into_iter().map(|parcel| parcel.segment).collect()) {
            self.put(segment, now, 1);
        }
        self.era = era;
        self.queue.extend(behind);
    }

    /// Lets all that is held go on at `now`, in one piece: in several only where an end of stream or
    /// a switch of the faults stands between, since what came after a switch meets other faults.
    pub fn release_joined(&mut self, now: Instant) {
        let Some(place) = self.first_held() else { return };
        self.none_is_held();
        // What stands before is left alone: it may be much, and wait for a slow sink.
        let mut rest = self.split_off(place).into_iter().peekable();
        while let Some(mut parcel) = rest.next() {
            if parcel.due.is_none() {
                let mut pieces = Vec::new();
                while let Some(next) = rest.next_if(|next| parcel.joins(next)) {
                    pieces.push(next.segment);
                }
                parcel.append(&pieces);
                let before = self.queue.back().and_then(|before| before.due);
                parcel.due = Some(before.map_or(now, |before| before.max(now)));
            }
            self.queue.push_back(parcel);
        }
    }

    /// Counts a hit: one time that the fault did something to real traffic.
    pub fn hit(&mut self) {
        self.tally.hits += 1;
    }

    /// Counts what the fault discards of `segment`: its payload bytes are lost.
    pub fn lose(&mut self, segment: &Segment) {
        self.tally.lost += segment.len() as u64;
    }

    /// Ends the connection. What has left the fault is still delivered when due, and the end of
    /// stream or the reset comes behind it; what the fault holds and what stands before it is
    /// discarded, and neither side is read any more.
    pub fn close(&mut self, how: How, now: Instant) {
        if self.closing.is_some() {
            return;
        }
        self.release_as(now, |_discarded| None);
        let end = match how {
            How::Fin => Segment::Fin,
            How::Reset => Segment::Reset,
        };
        self.put(end, now, 1);
        self.closing = Some(Closing::InOrder(how));
    }

    /// Resets the connection at once: what is under way is discarded in both directions.
    pub fn abort(&mut self) {
        self.closing = Some(Closing::AtOnce);
    }

    /// When the last segment has left, which is later than it was due where the machine was late, the
    /// process was stopped or the receiver took nothing.
    pub fn last_left(&self) -> Option<Instant> {
        self.last_left
    }

    /// The payload bytes that are in it.
    pub fn held_bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;

    use super::*;
    use crate::virtual_time::epoch;

    fn data(text: &'static str) -> Segment {
        Segment::Data(Bytes::from_static(text.as_bytes()))
    }

    fn drain(out: &mut Outbox) -> Vec<(Instant, Segment)> {
        std::iter::from_fn(|| Some((out.first_due()?, out.pop(usize::MAX)?.segment))).collect()
    }

    #[test]
    fn a_segment_is_never_due_before_the_one_ahead_of_it() {
        let (mut out, start) = (Outbox::default(), epoch());
        out.push(data("a"), start + Duration::from_secs(2));
        out.push(data("b"), start + Duration::from_secs(1));
        let due: Vec<_> = drain(&mut out).into_iter().map(|(due, _)| due - start).collect();
        assert_eq!(due, [Duration::from_secs(2); 2]);
    }

    #[test]
    fn what_is_hastened_stays_before_what_was_held_behind_it() {
        let (mut out, start) = (Outbox::default(), epoch());
        let later = start + Duration::from_secs(1);
        out.push_unordered(data("a"), later);
        out.hold(data("held"));
        out.hasten(later, start);
        out.release_first(4, start);
        assert!(!out.has_held());
        let left: Vec<_> = drain(&mut out).into_iter().map(|(_, segment)| segment).collect();
        assert_eq!(left, [data("a"), data("held")]);
    }

    #[test]
    fn what_replaces_the_held_comes_before_what_was_pushed_behind_it() {
        let (mut out, start) = (Outbox::default(), epoch());
        out.hold(data("question"));
        out.push(data("later"), start);
        out.release_as(start, |held| {
            assert_eq!(held, [data("question")]);
            [data("answer")]
        });
        let left: Vec<_> = drain(&mut out).into_iter().map(|(_, segment)| segment).collect();
        assert_eq!(left, [data("answer"), data("later")]);
    }

    #[test]
    fn the_bytes_are_counted_through_every_change() {
        let (mut out, start) = (Outbox::default(), epoch());
        out.push(data("abc"), start);
        out.hold(data("de"));
        assert_eq!(out.held_bytes(), 5);
        out.pop(1);
        assert_eq!(out.held_bytes(), 4);
        out.close(How::Fin, start);
        assert_eq!(out.held_bytes(), 2, "what was held is discarded");
        out.push(data("ignored"), start);
        assert_eq!(out.held_bytes(), 2, "nothing follows a close");
        drain(&mut out);
        assert_eq!((out.held_bytes(), out.charge()), (0, 0));
    }

    #[test]
    fn a_flood_that_has_passed_costs_no_memory() {
        let (mut out, start) = (Outbox::default(), epoch());
        for _ in 0..10_000 {
            out.push(data("a"), start);
        }
        assert_eq!(drain(&mut out).len(), 10_000);
        assert!(out.queue.capacity() <= 32);
    }

    #[test]
    fn a_flood_that_waits_takes_no_more_memory_than_it_counts_for() {
        let (mut out, start) = (Outbox::default(), epoch());
        let put: [fn(&mut Outbox, Instant); 2] =
            [|out, start| out.push(data("a"), start), |out, _| out.hold(data("a"))];
        for count in 1..20_000 {
            put[count % 2](&mut out, start);
            let memory = out.queue.capacity() * size_of::<Parcel>();
            // Each segment has an allocation of its own, beside its place in the queue.
            assert!(count < 100 || memory + 32 * count <= out.charge(), "{memory} for {count}");
        }
    }

    #[test]
    fn it_knows_whether_it_holds_something() {
        let (mut out, start) = (Outbox::default(), epoch());
        out.push(data("a"), start);
        assert!(!out.has_held());
        for release in [
            |out: &mut Outbox, now| out.release(now),
            |out: &mut Outbox, now| out.release_as(now, |held| held),
            |out: &mut Outbox, now| out.close(How::Fin, now),
        ] {
            out.hold(data("b"));
            assert!(out.has_held());
            release(&mut out, start);
            assert!(!out.has_held());
        }
    }
}
