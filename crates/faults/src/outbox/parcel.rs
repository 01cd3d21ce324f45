//! A segment under way.

use std::ops::Range;
use std::time::Instant;

use bytes::{Bytes, BytesMut};

use crate::Segment;

/// The time between two switches of a chain, by its number.
pub(crate) type Era = u32;

/// A segment under way.
#[derive(Debug)]
pub(crate) struct Parcel {
    /// `None`: held until it is released.
    pub(crate) due: Option<Instant>,
    /// When it came to the first fault; `None`: not yet. It meets no fault of a later era.
    pub(crate) era: Option<Era>,
    pub(crate) segment: Segment,
    /// How often it comes, one after another.
    times: u32,
    /// Memory that its bytes keep beside their own: what has been cut off before them.
    spare: u32,
}

impl Parcel {
    #[inline]
    pub(super) fn new(segment: Segment, due: Option<Instant>, era: Option<Era>) -> Self {
        Parcel { due, era, segment, times: 1, spare: 0 }
    }

    /// The same, so many times, 1 or more.
    pub(super) fn times(self, times: u32) -> Self {
        Parcel { times, ..self }
    }

    /// One of several that it stands for, if it does.
    #[inline]
    pub(super) fn take_one(&mut self) -> Option<Parcel> {
        if self.times == 1 {
            return None;
        }
        self.times -= 1;
        Some(Parcel::new(self.segment.clone(), self.due, self.era))
    }

    /// Takes the first `length` bytes off. The smaller part is given memory of its own, since it
    /// would keep that of both; and so is the rest once most of its memory has been cut off.
    pub(super) fn split_to(&mut self, length: usize) -> Parcel {
        let segment = match &mut self.segment {
            Segment::Data(rest) => {
                let mut first = rest.split_to(length);
                if length <= rest.len() {
                    first = Bytes::copy_from_slice(&first);
                    let spare = self.spare as usize + length;
                    self.spare = u32::try_from(spare).unwrap_or(u32::MAX);
                }
                if length > rest.len() || self.spare as usize > rest.len() {
                    *rest = Bytes::copy_from_slice(rest);
                    self.spare = 0;
                }
                Segment::Data(first)
            }
            end => end.clone(),
        };
        Parcel::new(segment, self.due, self.era)
    }

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
            self.spare = 0;
        }
    }
}

/// Where the bytes of a segment are in memory.
#[inline]
pub(super) fn place_of(segment: &Segment) -> Range<usize> {
    match segment {
        Segment::Data(bytes) => {
            let begin = bytes.as_ptr().addr();
            begin..begin + bytes.len()
        }
        Segment::Fin | Segment::Reset => 0..0,
    }
}

/// The segment, with memory of its own if it is a small part of what stands at `whole`: it would
/// keep all of that.
#[inline]
pub(super) fn detached(segment: Segment, whole: &Range<usize>) -> Segment {
    if segment.len() > whole.len() / 2 {
        return segment;
    }
    match segment {
        Segment::Data(bytes) if whole.contains(&bytes.as_ptr().addr()) => {
            Segment::Data(Bytes::copy_from_slice(&bytes))
        }
        other => other,
    }
}
