//! The datagrams of a direction.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;

use crate::effect::{Effect, Effects};
use crate::noise::byte_at;
use crate::traffic::{MOST, Traffic};

/// The datagrams that were sent, and have come out.
#[derive(Debug, Default)]
pub(crate) struct Datagrams {
    /// Those that nobody has received.
    waiting: VecDeque<Bytes>,
    sent: u64,
    bytes_sent: usize,
    /// Those that went in, in order.
    taken: Vec<Bytes>,
    bytes_taken: usize,
    /// How many like this went in and have not come out.
    left: BTreeMap<Bytes, usize>,
    /// The place of the next one that comes out, or behind faults that repeat of the last one that
    /// did.
    next: usize,
    delivered: usize,
    bytes_delivered: usize,
}

impl Traffic for Datagrams {
    fn send(&mut self, length: usize) {
        let length = length.min(MOST - self.bytes_sent);
        let begin = self.sent << 16;
        self.waiting.push_back((begin..).take(length).map(byte_at).collect());
        self.sent += 1;
        self.bytes_sent += length;
    }

    fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    fn read(&mut self, _: usize) -> Bytes {
        let datagram = self.waiting.pop_front().unwrap_or_default();
        self.taken.push(datagram.clone());
        self.bytes_taken += datagram.len();
        *self.left.entry(datagram.clone()).or_default() += 1;
        datagram
    }

    fn lose_unread(&mut self) {
        self.waiting.clear();
    }

    fn come_out(&mut self, bytes: &[u8], effects: &Effects) {
        self.delivered += 1;
        self.bytes_delivered += bytes.len();
        if effects.have(Effect::Changes) || effects.have(Effect::Cuts) {
            assert!(bytes.len() <= self.longest(), "a datagram has grown");
            return;
        }
        let left = self.left.get_mut(bytes).expect("a datagram that went in, unchanged and whole");
        if !effects.have(Effect::Repeats) {
            *left = left.checked_sub(1).expect("no more of them than went in");
        }
        if effects.have(Effect::Reorders) {
            return;
        }
        let is_this = |place: &usize| self.taken[*place] == bytes;
        let place = (self.next..self.taken.len()).find(is_this).expect("datagrams in their order");
        self.next = if effects.have(Effect::Repeats) { place } else { place + 1 };
    }

    fn check(&self, held: usize, effects: &Effects, may_lack: bool) {
        if effects.have(Effect::Repeats) {
            return;
        }
        let may_lack = may_lack || effects.have(Effect::Discards) || effects.have(Effect::Cuts);
        let known = self.bytes_delivered + held;
        assert!(
            known == self.bytes_taken || may_lack && known < self.bytes_taken,
            "of {} bytes {} came out and {held} are held",
            self.bytes_taken,
            self.bytes_delivered
        );
    }

    fn check_complete(&self) {
        assert!(self.left.values().all(|left| *left == 0), "a datagram is missing");
        assert_eq!(self.delivered, self.taken.len(), "delivered, and taken");
    }

    fn longest(&self) -> usize {
        self.taken.iter().map(Bytes::len).max().unwrap_or(0)
    }

    fn work(&self) -> usize {
        let sent = usize::try_from(self.sent).unwrap_or(usize::MAX);
        self.bytes_sent + sent + self.delivered
    }
}
