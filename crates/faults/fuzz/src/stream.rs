//! Which bytes may come out.

use bytes::Bytes;
use chaosgate_faults::{Chain, Entry, Segment};

use crate::effect::{self, Effect};
use crate::noise::byte_at;

/// What went into a chain and has come out of it.
///
/// A byte follows from its place in the stream, so none has to be kept.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    /// Bytes that the sender has sent.
    sent: usize,
    /// Bytes that went in.
    taken: usize,
    /// Bytes that came out.
    delivered: usize,
    /// The place from which the next one that comes out may be.
    next: usize,
    discards: bool,
    changes: bool,
    ends: usize,
}

impl Stream {
    /// The sender sends so many more.
    pub(crate) fn send(&mut self, length: usize) {
        self.sent += length;
    }

    pub(crate) fn sent(&self) -> usize {
        self.sent
    }

    /// What the sender has sent and nobody has read.
    pub(crate) fn unread(&self) -> usize {
        self.sent - self.taken
    }

    /// Reads at most `room` bytes of that.
    pub(crate) fn read(&mut self, room: usize) -> Bytes {
        let begin = self.taken;
        self.taken += room.min(self.unread());
        (begin..self.taken).map(byte_of).collect()
    }

    /// A reset throws away what the sender has sent and nobody has read.
    pub(crate) fn forget_unread(&mut self) {
        self.sent = self.taken;
    }

    pub(crate) fn note_hit(&mut self, by: &Entry) {
        match effect::of(by) {
            Effect::Delivers => {}
            Effect::Discards => self.discards = true,
            Effect::Changes => self.changes = true,
        }
    }

    /// Checks what comes out. The end is that of the sender, once, or those of faults that close:
    /// each that does adds its own.
    pub(crate) fn deliver(&mut self, segment: &Segment, is_closed: bool, has_ended: bool) {
        let Segment::Data(bytes) = segment else {
            self.ends += 1;
            assert!(is_closed || has_ended && self.ends == 1, "end {} is one too many", self.ends);
            return;
        };
        assert!(!bytes.is_empty(), "an empty segment came out");
        assert_eq!(self.ends, 0, "data came out behind the end");
        self.delivered += bytes.len();
        assert!(self.delivered <= self.taken, "more came out than went in");
        if self.changes {
            return;
        }
        for byte in bytes {
            while self.discards && self.next < self.taken && byte_of(self.next) != *byte {
                self.next += 1;
            }
            assert!(self.next < self.taken, "what came out never went in, or not in this order");
            assert_eq!(*byte, byte_of(self.next), "another byte than that at {}", self.next);
            self.next += 1;
        }
    }

    /// Nothing is lost, and nothing is there twice.
    pub(crate) fn check(&self, chain: &Chain) {
        let (held, lost) = (chain.held_bytes(), self.discards || chain.closed().is_some());
        let known = self.delivered + held;
        assert!(
            known == self.taken || lost && known < self.taken,
            "of {} bytes {} came out and {held} are held",
            self.taken,
            self.delivered
        );
    }

    pub(crate) fn ends(&self) -> usize {
        self.ends
    }
}

/// The byte of a place in any stream: none can be lost, doubled or exchanged unnoticed.
fn byte_of(place: usize) -> u8 {
    byte_at(place as u64)
}
