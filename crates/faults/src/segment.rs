//! What travels through a chain.

use bytes::Bytes;

/// What one read brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// The bytes of one read; never empty on a stream.
    Data(Bytes),
    /// The sender has ended its direction in order (TCP's FIN). The other direction may go on.
    Fin,
    /// The sender has thrown the connection away (TCP's RST).
    Reset,
}

impl Segment {
    /// What a segment is charged beyond its bytes, so that a memory bound also holds for a flood
    /// of one-byte segments: the queue's node and the allocation behind [`Bytes`].
    pub const OVERHEAD: usize = 128;

    /// The number of payload bytes: 0 for the two ends of a stream.
    pub fn len(&self) -> usize {
        match self {
            Segment::Data(bytes) => bytes.len(),
            Segment::Fin | Segment::Reset => 0,
        }
    }

    /// Takes the first `length` bytes off; an end of stream stays whole, and gives itself.
    pub(crate) fn split_to(&mut self, length: usize) -> Segment {
        match self {
            Segment::Data(bytes) => Segment::Data(bytes.split_to(length)),
            end => end.clone(),
        }
    }

    /// Whether there is no payload.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether this is payload, and not the end of the stream.
    pub fn is_data(&self) -> bool {
        matches!(self, Segment::Data(_))
    }
}
