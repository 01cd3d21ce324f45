//! The loop that reads, asks the chain, and writes: one direction of one connection.
//!
//! The one place where time meets I/O. It is polled by the connection's task, waits for nothing,
//! and leaves wakers where something may happen.

use std::cell::Cell;
use std::task::Context;
use std::time::Instant;

use bytes::Bytes;
use chaosgate_faults::{Closed, Segment, Sink};

use super::outlet::{Delivered, Outlet};
use super::side::{Read, Side};
use crate::client::Client;
use crate::lane::Lane;
use crate::lend::Desk;
use crate::shared::Shared;

/// What one read takes at most.
const READ_SIZE: usize = 256 * 1024;

/// After so many bytes other connections get their turn.
const TURN: usize = 4 * 1024 * 1024;

/// What a segment counts for in a turn beyond its bytes: a system call, however short.
const CALL: usize = 8 * 1024;

thread_local! {
    /// Reads go into a buffer that all connections of a worker thread share: memory is allocated
    /// only for what the peer does not take at once, or a fault holds.
    static BUFFER: Cell<Option<Box<[u8]>>> = const { Cell::new(None) };
}

/// One direction of one connection.
pub(super) struct Pump {
    pub(super) lane: Lane,
    pub(super) outlet: Outlet,
    pub(super) desk: Desk,
    pub(super) source: Source,
    /// What is left of its turn.
    turn: usize,
    told_of_waiting: bool,
}

/// How the pump stands to its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Read,
    /// There is no room for what it sends.
    LeftUnread,
    /// It has ended the stream.
    Ended,
    /// The other direction has closed the connection.
    Over,
}

impl Pump {
    pub(super) fn new(lane: Lane, desk: Desk) -> Self {
        Pump {
            desk,
            outlet: Outlet::new(lane.traffic.clone()),
            lane,
            source: Source::Read,
            turn: TURN,
            told_of_waiting: false,
        }
    }

    /// Moves what can be moved now from `source` to `sink`.
    pub(super) fn poll(&mut self, source: &mut Side, sink: &mut Side, cx: &mut Context<'_>) {
        if self.is_away(source, sink, cx) {
            return;
        }
        self.turn = TURN;
        let mut buffer = BUFFER.take().unwrap_or_else(|| vec![0; READ_SIZE].into_boxed_slice());
        self.look_at_faults();
        loop {
            self.deliver(sink, cx);
            if self.turn == 0 {
                cx.waker().wake_by_ref();
                break;
            }
            let room = self.room(cx).min(buffer.len());
            if room == 0 {
                self.leave_unread(source, sink, cx);
                break;
            }
            // The first look says whether the socket may be read at all.
            let Some(look) = self.lane.look_before_read() else {
                self.look_at_faults();
                continue;
            };
            self.source = Source::Read;
            source.unwatch();
            let read = source.read(&mut buffer[..room]);
            drop(look);
            match read {
                Read::Nothing if source.poll_readable(cx).is_pending() => break,
                Read::Nothing => continue,
                Read::Data(length) => {
                    self.take_data(&buffer[..length], sink);
                    self.turn = self.turn.saturating_sub(length + CALL);
                }
                Read::Fin => self.take_end(Segment::Fin, sink),
                Read::Reset => self.take_end(Segment::Reset, sink),
            }
            self.account();
        }
        BUFFER.set(Some(buffer));
        self.account();
    }

    /// When it is to be polled though nothing happens on a socket.
    pub(super) fn deadline(&self) -> Option<Instant> {
        if self.desk.is_out() {
            return self.desk.deadline();
        }
        self.lane.deadline(self.outlet.sink())
    }

    /// The fault that has ended the connection, if one has.
    pub(super) fn closed(&self) -> Option<&Closed> {
        self.lane.closed()
    }

    pub(super) fn delivered(&self) -> Delivered {
        self.outlet.delivered()
    }

    /// Whether the end of the stream has come from the source.
    pub(super) fn has_ended(&self) -> bool {
        matches!(self.source, Source::Ended | Source::Over)
    }

    /// Whether the source is being left alone, so that it cannot show a reset by a read.
    pub(super) fn is_not_reading(&self) -> bool {
        self.source != Source::Read
    }

    /// Whether the sink does not take what waits for it.
    pub(super) fn is_blocked(&self) -> bool {
        self.outlet.sink() == Sink::Blocked
    }

    /// Takes a reset of the source that was noticed while nobody reads. Whether it overtakes all
    /// that is under way; if not, a fault keeps it.
    pub(super) fn overtaken_by_reset(&mut self) -> bool {
        let Some(chain) = self.lane.chain.as_mut().filter(|chain| !chain.lets_reset_overtake())
        else {
            return true;
        };
        if self.source == Source::LeftUnread {
            self.source = Source::Ended;
            chain.push(Segment::Reset, Instant::now());
        }
        false
    }

    /// The other direction closes the connection in order: what is held is let go, and the end of
    /// stream follows it.
    pub(super) fn finish(&mut self) {
        self.source = Source::Over;
        self.desk.close();
        let now = Instant::now();
        let mut chain = self.lane.chain.take();
        self.outlet.end_with(std::iter::from_fn(|| {
            let chain = chain.as_mut()?;
            chain.let_go();
            chain.poll(now, Sink::Open)
        }));
    }

    /// The other direction resets the connection: nothing more is read, and what is held is lost.
    pub(super) fn discard(&mut self) {
        self.source = Source::Over;
        self.desk.close();
        self.lane.chain = None;
        self.outlet.discard();
    }

    /// Tells of the hits since the last call.
    pub(super) fn report_hits(&mut self, shared: &Shared, client: &Client) {
        self.lane.report_hits(shared, client);
    }

    fn look_at_faults(&mut self) {
        if self.source != Source::Over && self.lane.look_at_faults() {
            self.told_of_waiting = false;
        }
    }

    /// How many bytes may be read now.
    fn room(&mut self, cx: &mut Context<'_>) -> usize {
        if self.has_ended() || self.outlet.waiting() > 0 {
            return 0;
        }
        let Some(chain) = &self.lane.chain else { return usize::MAX };
        // One that holds nothing may always read, so that none is shut out by the others.
        if self.lane.memory.is_full() && chain.charge() > 0 {
            self.lane.memory.wait(cx.waker());
            if self.lane.memory.is_full() {
                return 0;
            }
        }
        chain.room()
    }

    fn take_data(&mut self, bytes: &[u8], sink: &mut Side) {
        self.told_of_waiting = false;
        self.lane.look_after_read();
        self.lane.traffic.count(bytes.len());
        if let Some(chain) = &mut self.lane.chain {
            chain.push(Segment::Data(Bytes::copy_from_slice(bytes)), Instant::now());
        } else {
            self.outlet.write_through(bytes, sink);
        }
    }

    fn take_end(&mut self, end: Segment, sink: &mut Side) {
        self.source = Source::Ended;
        self.lane.look_after_read();
        if let Some(chain) = &mut self.lane.chain {
            chain.push(end, Instant::now());
        } else {
            self.outlet.deliver(end, sink);
        }
    }

    /// Writes what waits and what is due.
    fn deliver(&mut self, sink: &mut Side, cx: &mut Context<'_>) {
        loop {
            self.outlet.flush(sink, cx);
            let Some(chain) = &mut self.lane.chain else { return };
            match chain.poll(Instant::now(), self.outlet.sink()) {
                Some(segment) => {
                    self.turn = self.turn.saturating_sub(segment.len() + CALL);
                    self.outlet.deliver(segment, sink);
                }
                None => break,
            }
            if self.turn == 0 {
                return;
            }
        }
        self.lane.drop_empty_chain();
    }

    /// The source is left alone: a reset is to be noticed all the same, and when data waits, the
    /// direction is lent, or the fault that keeps the socket from being read is told.
    fn leave_unread(&mut self, source: &mut Side, sink: &Side, cx: &mut Context<'_>) {
        if self.source == Source::Read {
            self.source = Source::LeftUnread;
        }
        source.watch_for_reset(cx);
        if self.has_ended() || self.outlet.waiting() > 0 || self.lend(source, sink, cx) {
            return;
        }
        if let Some(chain) = self.lane.chain.as_mut().filter(|_| !self.told_of_waiting)
            && source.poll_waiting_data(cx).is_ready()
        {
            self.told_of_waiting = true;
            chain.on_wait(Instant::now());
        }
    }

    /// Brings what this direction counts for up to date.
    fn account(&mut self) {
        self.lane.account(self.outlet.waiting());
    }
}
