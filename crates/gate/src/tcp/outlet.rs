//! The writing half of a pump: what the sink has yet to take.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Context;

use bytes::{Buf, Bytes};
use chaosgate_faults::{Segment, Sink};

use super::side::{Side, Written};
use crate::client::Traffic;

/// What goes to the sink next.
#[derive(Debug)]
pub(super) struct Outlet {
    /// What the sink has not taken yet; it goes before anything else.
    leftover: Bytes,
    /// What a closed chain had under way; it follows the leftover.
    rest: VecDeque<Bytes>,
    /// The end of stream follows the leftover, and nothing else.
    fin_follows: bool,
    sink: Sink,
    delivered: Delivered,
    traffic: Arc<Traffic>,
}

/// Which end of the stream the sink has been given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivered {
    Nothing,
    Fin,
    Reset,
}

impl Outlet {
    pub(super) fn new(traffic: Arc<Traffic>) -> Self {
        Outlet {
            leftover: Bytes::new(),
            rest: VecDeque::new(),
            fin_follows: false,
            sink: Sink::Open,
            delivered: Delivered::Nothing,
            traffic,
        }
    }

    /// Whether the sink takes more, as far as is known.
    pub(super) fn sink(&self) -> Sink {
        self.sink
    }

    pub(super) fn delivered(&self) -> Delivered {
        self.delivered
    }

    /// The bytes that wait for the sink.
    pub(super) fn waiting(&self) -> usize {
        self.leftover.len() + self.rest.iter().map(Bytes::len).sum::<usize>()
    }

    /// Writes what waits, as far as the sink takes it; the task is woken when it takes more.
    pub(super) fn flush(&mut self, sink: &mut Side, cx: &mut Context<'_>) {
        self.sink = Sink::Open;
        while !self.leftover.is_empty() {
            let leftover = std::mem::take(&mut self.leftover);
            let taken = self.write_some(&leftover, sink);
            self.leftover = leftover;
            self.leftover.advance(taken);
            if !self.leftover.is_empty() && sink.poll_writable(cx).is_pending() {
                self.sink = Sink::Blocked;
                return;
            }
            if self.leftover.is_empty() {
                self.leftover = self.rest.pop_front().unwrap_or_default();
            }
        }
        if self.fin_follows {
            self.fin_follows = false;
            self.deliver(Segment::Fin, sink);
        }
    }

    /// Gives the sink a segment that is due, when nothing waits before it.
    pub(super) fn deliver(&mut self, segment: Segment, sink: &mut Side) {
        match segment {
            Segment::Data(bytes) => self.leftover = bytes,
            Segment::Fin if self.delivered == Delivered::Nothing => {
                sink.finish();
                self.delivered = Delivered::Fin;
            }
            Segment::Fin => {}
            Segment::Reset => self.delivered = Delivered::Reset,
        }
    }

    /// Writes at once, and keeps what the sink does not take: the way without faults, on which
    /// nothing is allocated while the sink keeps up.
    pub(super) fn write_through(&mut self, bytes: &[u8], sink: &mut Side) {
        let taken = self.write_some(bytes, sink);
        self.leftover = Bytes::copy_from_slice(&bytes[taken..]);
    }

    /// Lets `rest`, and then the end of stream, follow what waits.
    pub(super) fn end_with(&mut self, rest: impl IntoIterator<Item = Segment>) {
        self.rest.push_back(std::mem::take(&mut self.leftover));
        self.rest.extend(rest.into_iter().filter_map(|segment| match segment {
            Segment::Data(bytes) => Some(bytes),
            Segment::Fin | Segment::Reset => None,
        }));
        self.rest.retain(|bytes| !bytes.is_empty());
        self.leftover = self.rest.pop_front().unwrap_or_default();
        self.fin_follows = self.delivered == Delivered::Nothing;
    }

    /// Throws away what waits.
    pub(super) fn discard(&mut self) {
        self.leftover.clear();
        self.rest.clear();
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
