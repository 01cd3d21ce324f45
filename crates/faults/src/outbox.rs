//! Segments with the moment each is due: the one place that knows about order.

use std::collections::VecDeque;
use std::time::Instant;

use crate::{Closing, How, Segment};

/// What a fault has decided, until it is carried out.
///
/// The segments of a stream keep their order: one that is pushed with an earlier moment than the
/// one before it is due together with that one.
#[derive(Debug, Default)]
pub struct Outbox {
    queue: VecDeque<Parcel>,
    /// Payload bytes in the queue.
    bytes: usize,
    hits: u64,
    closing: Option<Closing>,
}

#[derive(Debug)]
struct Parcel {
    /// `None`: held until it is released.
    due: Option<Instant>,
    segment: Segment,
}

/// What a fault may do.
impl Outbox {
    /// Lets `segment` go on at `due`, or at once where that is past. After
    /// [`close`](Outbox::close) or [`abort`](Outbox::abort) it is discarded.
    pub fn push(&mut self, segment: Segment, due: Instant) {
        if self.closing.is_none() {
            self.put(segment, due);
        }
    }

    /// Keeps `segment` in its place until it is released. What is pushed after it waits for it.
    pub fn hold(&mut self, segment: Segment) {
        if self.closing.is_none() {
            self.bytes += segment.len();
            self.queue.push_back(Parcel { due: None, segment });
        }
    }

    /// Lets go on at `now` all that is held or due later.
    pub fn release(&mut self, now: Instant) {
        for parcel in &mut self.queue {
            parcel.due = Some(parcel.due.map_or(now, |due| due.min(now)));
        }
    }

    /// Replaces what is held, and lets that go on at `now`, in the place of the first that was
    /// held. With nothing held, nothing happens.
    pub fn release_as<I>(&mut self, now: Instant, replace: impl FnOnce(Vec<Segment>) -> I)
    where
        I: IntoIterator<Item = Segment>,
    {
        let Some(place) = self.queue.iter().position(|parcel| parcel.due.is_none()) else {
            return;
        };
        let mut behind = self.queue.split_off(place);
        let held = behind.iter_mut().filter(|parcel| parcel.due.is_none());
        let held: Vec<_> =
            held.map(|parcel| std::mem::replace(&mut parcel.segment, Segment::Fin)).collect();
        behind.retain(|parcel| parcel.due.is_some());
        self.bytes -= held.iter().map(Segment::len).sum::<usize>();
        for segment in replace(held) {
            self.put(segment, now);
        }
        for parcel in &mut behind {
            parcel.due = parcel.due.max(Some(now));
        }
        self.queue.append(&mut behind);
    }

    /// Counts a hit: one time that the fault did something to real traffic.
    pub fn hit(&mut self) {
        self.hits += 1;
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
        self.put(end, now);
        self.closing = Some(Closing::InOrder(how));
    }

    /// Resets the connection at once: what is under way is discarded in both directions.
    pub fn abort(&mut self) {
        self.closing = Some(Closing::AtOnce);
    }

    /// The payload bytes that are in it.
    pub fn held_bytes(&self) -> usize {
        self.bytes
    }
}

/// What the chain does with it.
impl Outbox {
    fn put(&mut self, segment: Segment, due: Instant) {
        let before = self.queue.back().and_then(|parcel| parcel.due);
        self.bytes += segment.len();
        let due = Some(before.map_or(due, |before| before.max(due)));
        self.queue.push_back(Parcel { due, segment });
    }

    /// When the first segment is due; `None` if there is none, or it is held.
    pub(crate) fn first_due(&self) -> Option<Instant> {
        self.queue.front().and_then(|parcel| parcel.due)
    }

    /// The first segment, if it is not held.
    pub(crate) fn first(&self) -> Option<&Segment> {
        self.queue.front().filter(|parcel| parcel.due.is_some()).map(|parcel| &parcel.segment)
    }

    /// When the last segment is due.
    pub(crate) fn last_due(&self) -> Option<Instant> {
        self.queue.back().and_then(|parcel| parcel.due)
    }

    /// Takes the first segment, or of its data no more than `room` bytes.
    pub(crate) fn pop(&mut self, room: usize) -> Option<Segment> {
        let segment = match &mut self.queue.front_mut()?.segment {
            Segment::Data(bytes) if bytes.len() > room => Segment::Data(bytes.split_to(room)),
            _ => self.queue.pop_front()?.segment,
        };
        self.bytes -= segment.len();
        Some(segment)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Whether it has nothing to deliver and nothing to report.
    pub(crate) fn is_spent(&self) -> bool {
        self.queue.is_empty() && self.hits == 0
    }

    pub(crate) fn has_held(&self) -> bool {
        self.queue.iter().any(|parcel| parcel.due.is_none())
    }

    /// Throws away what it has to deliver.
    pub(crate) fn clear(&mut self) {
        self.queue.clear();
        self.bytes = 0;
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
        std::iter::from_fn(|| Some((out.first_due()?, out.pop(usize::MAX)?))).collect()
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
}
