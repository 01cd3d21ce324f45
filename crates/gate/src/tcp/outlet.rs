//! The writing half of a pump: what the sink has yet to take.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Context;

use bytes::{Buf, Bytes};
use chaosgate_faults::{Segment, Sink};

use super::pipe::Piped;
use super::side::{Side, Written};
use crate::traffic::Traffic;

/// What goes to the sink next.
#[derive(Debug)]
pub(super) struct Outlet {
    /// What the sink has not taken yet; it goes before anything else.
    leftover: Bytes,
    /// The memory that it keeps.
    kept: usize,
    /// The same, where the kernel has it in hand. There is never both.
    piped: Option<Piped>,
    sink: Sink,
    traffic: Arc<Traffic>,
}

impl Outlet {
    pub(super) fn new(traffic: Arc<Traffic>) -> Self {
        Outlet { leftover: Bytes::new(), kept: 0, piped: None, sink: Sink::Open, traffic }
    }

    /// Whether the sink takes more, as far as is known.
    pub(super) fn sink(&self) -> Sink {
        self.sink
    }

    /// The bytes that wait for the sink.
    pub(super) fn waiting(&self) -> usize {
        self.leftover.len() + self.piped.as_ref().map_or(0, Piped::len)
    }

    /// The memory that they count for: what has been taken of them already included.
    pub(super) fn charge(&self) -> usize {
        match &self.piped {
            Some(piped) => piped.len(),
            None if self.leftover.is_empty() => 0,
            None => self.kept,
        }
    }

    /// Writes what waits, as far as the sink takes it; the task is woken when it takes more.
    pub(super) fn flush(&mut self, sink: &mut Side, cx: &mut Context<'_>) {
        self.sink = Sink::Open;
        while let Some(piped) = self.piped.take() {
            self.pass_on(piped, sink);
            if self.piped.is_some() && sink.poll_writable(cx).is_pending() {
                self.sink = Sink::Blocked;
                return;
            }
        }
        while !self.leftover.is_empty() {
            let leftover = std::mem::take(&mut self.leftover);
            let taken = self.write_some(&leftover, sink);
            if taken == leftover.len() {
                // It goes whole: what has been advanced to its end would keep all of its memory.
                return;
            }
            self.leftover = leftover;
            self.leftover.advance(taken);
            if sink.poll_writable(cx).is_pending() {
                self.sink = Sink::Blocked;
                return;
            }
        }
    }

    /// Gives the sink a segment that is due, when nothing waits before it.
    pub(super) fn deliver(&mut self, segment: Segment, sink: &mut Side) {
        match segment {
            Segment::Data(bytes) => self.keep(bytes),
            Segment::Fin => sink.finish(),
            // Both sides are reset when the connection is closed, which comes next.
            Segment::Reset => {}
        }
    }

    /// Writes at once, and keeps what the sink does not take: the way without faults, on which
    /// nothing is allocated while the sink keeps up.
    pub(super) fn write_through(&mut self, bytes: &[u8], sink: &mut Side) {
        let taken = self.write_some(bytes, sink);
        self.keep(Bytes::copy_from_slice(&bytes[taken..]));
    }

    /// The same with what the kernel has in hand.
    pub(super) fn pass_on(&mut self, mut piped: Piped, sink: &mut Side) {
        while piped.len() > 0 {
            match sink.write_piped(&mut piped) {
                Written::Bytes(length) => {
                    self.traffic.sent.fetch_add(length as u64, Relaxed);
                }
                Written::Full => {
                    self.piped = Some(piped);
                    return;
                }
                Written::Gone => return,
            }
        }
        piped.give_back();
    }

    fn keep(&mut self, bytes: Bytes) {
        self.kept = bytes.len();
        self.leftover = bytes;
    }

    /// Writes as much as the sink takes. What a sink without a peer does not take is gone, as it
    /// would be on a wire.
    fn write_some(&mut self, bytes: &[u8], sink: &mut Side) -> usize {
        let mut taken = 0;
        while taken < bytes.len() {
            match sink.write(&bytes[taken..]) {
                Written::Bytes(length) => {
                    taken += length;
                    self.traffic.sent.fetch_add(length as u64, Relaxed);
                }
                Written::Full => break,
                Written::Gone => return bytes.len(),
            }
        }
        taken
    }
}
