//! The bytes of a stream.

use bytes::Bytes;

use crate::effect::{Effect, Effects};
use crate::noise::byte_at;
use crate::traffic::{MOST, Traffic};

/// What went into a direction and has come out of it.
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
    longest: usize,
    pieces: usize,
}

impl Traffic for Stream {
    fn send(&mut self, length: usize) {
        self.sent += length.min(MOST - self.sent);
    }

    fn is_waiting(&self) -> bool {
        self.sent > self.taken
    }

    fn read(&mut self, room: usize) -> Bytes {
        let begin = self.taken;
        self.taken += room.min(self.sent - begin);
        self.longest = self.longest.max(self.taken - begin);
        (begin..self.taken).map(byte_of).collect()
    }

    fn lose_unread(&mut self) {
        self.sent = self.taken;
    }

    fn come_out(&mut self, bytes: &[u8], effects: &Effects) {
        assert!(!bytes.is_empty(), "an empty segment came out");
        self.pieces += 1;
        self.delivered += bytes.len();
        assert!(self.delivered <= self.taken, "more came out than went in");
        if effects.have(Effect::Changes) {
            return;
        }
        let discards = effects.have(Effect::Discards);
        for byte in bytes {
            while discards && self.next < self.taken && byte_of(self.next) != *byte {
                self.next += 1;
            }
            assert!(self.next < self.taken, "what came out never went in, or not in this order");
            assert_eq!(*byte, byte_of(self.next), "another byte than that at {}", self.next);
            self.next += 1;
        }
    }

    fn check(&self, held: usize, effects: &Effects, may_lack: bool) {
        let may_lack = may_lack || effects.have(Effect::Discards);
        let known = self.delivered + held;
        assert!(
            known == self.taken || may_lack && known < self.taken,
            "of {} bytes {} came out and {held} are held",
            self.taken,
            self.delivered
        );
    }

    fn check_complete(&self) {
        assert_eq!((self.taken, self.delivered), (self.sent, self.sent), "taken, delivered");
    }

    fn longest(&self) -> usize {
        self.longest
    }

    fn work(&self) -> usize {
        self.sent + self.pieces
    }
}

/// The byte of a place in any stream: none can be lost, doubled or exchanged unnoticed.
fn byte_of(place: usize) -> u8 {
    byte_at(place as u64)
}
