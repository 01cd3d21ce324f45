//! What reads a direction and writes it: the one place where time meets I/O.
//!
//! It is polled by the connection's task, waits for nothing, and leaves wakers where something may
//! happen. What becomes of the traffic between the two is the [`Duplex`](chaosgate_faults::Duplex)'s.

use std::task::Context;
use std::time::Instant;

use bytes::Bytes;
use chaosgate_faults::{Direction, Segment, Sink};

use super::bulk::Bulk;
use super::outlet::Outlet;
use super::pipe::{self, Piped};
use super::side::{Read, Side};
use crate::lane::Lanes;
use crate::lend::Desk;

/// What one read takes at most.
pub(super) const READ_SIZE: usize = 256 * 1024;

/// What a segment counts for in a turn beyond its bytes: a system call, however short.
pub(super) const CALL: usize = 8 * 1024;

/// One direction of one connection.
pub(super) struct Pump {
    pub(super) direction: Direction,
    pub(super) outlet: Outlet,
    pub(super) desk: Desk,
    bulk: Bulk,
    /// The source is being read, so that it shows a reset by a read.
    is_reading: bool,
    /// The version of the faults that has heard that data waits unread.
    heard_of_wait: Option<u64>,
}

/// The two sockets of a direction.
pub(super) struct Ends<'a> {
    pub(super) source: &'a mut Side,
    pub(super) sink: &'a mut Side,
}

impl Pump {
    pub(super) fn new(direction: Direction, lanes: &Lanes, desk: Desk) -> Self {
        Pump {
            direction,
            outlet: Outlet::new(lanes.traffic(direction).clone()),
            desk,
            bulk: Bulk::NONE,
            is_reading: true,
            heard_of_wait: None,
        }
    }

    /// Writes what waits, and gives whether the sink takes more.
    pub(super) fn flush(
        &mut self,
        lanes: &Lanes,
        ends: &mut Ends<'_>,
        cx: &mut Context<'_>,
    ) -> Sink {
        let before = self.outlet.charge();
        if before == 0 {
            // Nothing waits, as nearly always.
            return Sink::Open;
        }
        self.outlet.flush(ends.sink, cx);
        if self.outlet.charge() != before {
            // Before the next read asks for memory: this may be what it lacks.
            self.account(lanes);
        }
        self.outlet.sink()
    }

    /// Writes a segment that has come out, when nothing waits before it.
    pub(super) fn deliver(
        &mut self,
        segment: Segment,
        ends: &mut Ends<'_>,
        cx: &mut Context<'_>,
    ) -> Sink {
        self.outlet.deliver(segment, ends.sink);
        self.outlet.flush(ends.sink, cx);
        self.outlet.sink()
    }

    /// Reads once, if there is room. Gives what that counts for in the connection's turn, and whether there
    /// may be more; if not, there is nothing to do until something happens.
    pub(super) fn read(
        &mut self,
        lanes: &mut Lanes,
        ends: &mut Ends<'_>,
        buffer: &mut [u8],
        cx: &mut Context<'_>,
    ) -> (usize, bool) {
        let room = match self.outlet.waiting() {
            0 => lanes.room(self.direction, self.most(lanes, buffer), cx.waker()),
            _ => 0,
        };
        if room == 0 {
            return (0, self.leave_unread(lanes, ends, cx));
        }
        // The first look says whether the socket may be read at all.
        let Some(look) = lanes.look_before_read(self.direction) else {
            lanes.look(self.direction);
            return (0, !lanes.is_over());
        };
        self.is_reading = true;
        ends.source.unwatch();
        let moved = self.is_moved(lanes).then(|| ends.source.read_piped(room)).flatten();
        let most = room.min(buffer.len());
        let read = moved.unwrap_or_else(|| ends.source.read(&mut buffer[..most]));
        drop(look);
        let cost = match read {
            Read::Nothing => 0,
            Read::Data(length) => {
                self.bulk.note_read(length);
                self.take_data(&buffer[..length], lanes, ends);
                length + CALL
            }
            Read::Piped(piped) => {
                let length = piped.len();
                self.bulk.note_moved(length);
                self.take_piped(piped, lanes, ends);
                length + CALL
            }
            Read::Fin => self.take_end(Segment::Fin, lanes),
            Read::Reset => self.take_end(Segment::Reset, lanes),
        };
        self.account(lanes);
        // What faults have taken in may end the reading, or lend the direction.
        let is_taken_in = cost > 0 && !lanes.duplex.passes(self.direction);
        (cost, is_taken_in || ends.source.poll_readable(cx).is_ready())
    }

    /// Whether the kernel is to move what comes, since there is much, nothing looks at it, and there is
    /// memory for what the sink does not take.
    fn is_moved(&self, lanes: &Lanes) -> bool {
        self.bulk.is_moved()
            && lanes.duplex.passes(self.direction)
            && lanes.has_plenty(self.direction)
    }

    /// What a read may bring.
    fn most(&self, lanes: &Lanes, buffer: &[u8]) -> usize {
        if self.is_moved(lanes) { pipe::SIZE } else { buffer.len() }
    }

    /// Looks at the faults behind a read of so many bytes, which decides how they are treated: whether they
    /// pass. `None` if they go with the connection.
    fn passes(&mut self, length: usize, lanes: &mut Lanes) -> Option<bool> {
        self.heard_of_wait = None;
        if !lanes.look_after_read(self.direction) {
            return None;
        }
        let passes = lanes.duplex.passes(self.direction);
        if passes {
            lanes.note_passed(self.direction, length);
        }
        Some(passes)
    }

    fn take_data(&mut self, bytes: &[u8], lanes: &mut Lanes, ends: &mut Ends<'_>) {
        match self.passes(bytes.len(), lanes) {
            Some(true) => self.outlet.write_through(bytes, ends.sink),
            Some(false) => {
                lanes.take(self.direction, Segment::Data(Bytes::copy_from_slice(bytes)));
            }
            None => {}
        }
    }

    /// The same with what the kernel has in hand: where faults are to see it, it is taken out.
    fn take_piped(&mut self, piped: Piped, lanes: &mut Lanes, ends: &mut Ends<'_>) {
        match self.passes(piped.len(), lanes) {
            Some(true) => self.outlet.pass_on(piped, ends.sink),
            Some(false) => self.take_out(piped, lanes),
            None => {}
        }
    }

    /// In segments of the size that reads have.
    fn take_out(&self, piped: Piped, lanes: &mut Lanes) {
        let Ok(mut bytes) = piped.into_bytes() else {
            // There is no way for that; and without them the stream would have a hole.
            return lanes.take(self.direction, Segment::Reset);
        };
        while !bytes.is_empty() {
            let segment = bytes.split_to(bytes.len().min(READ_SIZE));
            lanes.take(self.direction, Segment::Data(segment));
        }
    }

    fn take_end(&mut self, end: Segment, lanes: &mut Lanes) -> usize {
        if lanes.look_after_read(self.direction) {
            lanes.take(self.direction, end);
        }
        CALL
    }

    /// The source is left alone: a reset is to be noticed all the same, and when data waits, the
    /// direction is lent, or the fault that keeps the socket from being read is told. Gives whether that may
    /// have made room.
    fn leave_unread(
        &mut self,
        lanes: &mut Lanes,
        ends: &mut Ends<'_>,
        cx: &mut Context<'_>,
    ) -> bool {
        self.is_reading = false;
        ends.source.watch_for_reset(cx);
        let is_over = lanes.duplex.has_ended(self.direction) || self.outlet.waiting() > 0;
        let version = Some(lanes.seen(self.direction));
        if is_over || self.lend(lanes, ends, cx) || self.heard_of_wait == version {
            return false;
        }
        let waits = ends.source.poll_waiting_data(cx).is_ready();
        if waits {
            self.heard_of_wait = version;
            lanes.duplex.on_wait(self.direction, Instant::now());
        }
        waits
    }

    /// Tells of a reset of the source that was noticed while nobody reads it.
    pub(super) fn notice_reset(&self, lanes: &mut Lanes, ends: &Ends<'_>) {
        if ends.source.has_unread_reset()
            && (!self.is_reading || lanes.duplex.has_ended(self.direction))
        {
            lanes.duplex.on_reset(self.direction);
        }
    }

    /// Brings what this direction counts for up to date.
    pub(super) fn account(&self, lanes: &Lanes) {
        lanes.account(self.direction, self.outlet.charge());
    }
}
