//! How a connection ends.

use std::time::{Duration, Instant};

use super::{Direction, Duplex, End, EndedBy, How, PerDirection, Segment, Sink, Transport};
use crate::Closing;

/// How long a close in order waits for a peer that does not take what it is to have before the end.
const LINGER: Duration = Duration::from_secs(1);

impl Duplex {
    /// Looks whether a fault of this direction has closed the connection, at this moment.
    pub(super) fn note_closing(&mut self, direction: Direction, at: Instant) {
        let Some(closed) = self.closed(direction) else { return };
        if closed.closing == Closing::AtOnce {
            let by = EndedBy::Fault { direction, name: closed.by.clone() };
            self.end.get_or_insert(End { by, how: How::Reset, after: None });
        } else if self.first_to_close.is_none() {
            self.first_to_close = Some(direction);
            self.to_be_cut = Some(at);
        }
    }

    /// A fault has closed the connection: the other direction ends too.
    pub(super) fn cut(&mut self) {
        self.to_be_cut = None;
        let Some((direction, closed)) = self.closing() else { return };
        let how = closed.closing.how();
        let other = &mut self.halves[direction.opposite()];
        match how {
            How::Fin => other.finish(),
            How::Reset => other.abandon(),
        }
    }

    /// The peer that sends in this direction has reset the connection, ahead of all else.
    pub(super) fn end_by_source(&mut self, direction: Direction) {
        let by = EndedBy::Source(direction);
        self.end.get_or_insert(End { by, how: How::Reset, after: None });
    }

    /// A segment has come out: if it is an end, the connection may be over. Whether it is to be
    /// delivered: a stream that has ended is given no second end by a fault that closes then.
    pub(super) fn note_delivered(&mut self, direction: Direction, segment: &Segment) -> bool {
        let is_done = self.halves[direction].is_done;
        match segment {
            Segment::Data(_) => {}
            Segment::Fin => {
                let half = &mut self.halves[direction];
                half.is_done = true;
                half.ending = None;
                if self.halves.iter().all(|(_, half)| half.is_done) {
                    self.end = self.ended_by().map(|by| End { by, how: How::Fin, after: None });
                }
            }
            Segment::Reset => {
                let by = self.fault_that_closed(direction);
                let by = by.or_else(|| self.fault_that_closed(direction.opposite()));
                let by = by.unwrap_or(EndedBy::Source(direction));
                self.end = Some(End { by, how: How::Reset, after: Some(direction) });
            }
        }
        !is_done
    }

    /// Waits for a peer that does not take what it is to have before a close in order, but not for
    /// ever.
    pub(super) fn give_up_if_stuck(&mut self, now: Instant, sinks: PerDirection<Sink>) {
        if self.first_to_close.is_none() {
            return;
        }
        let waits = |way| sinks[way] == Sink::Blocked && !self.halves[way].is_done;
        let is_stuck =
            self.transport() == Transport::Stream && Direction::BOTH.into_iter().any(waits);
        if !is_stuck {
            self.stuck_since = None;
            return;
        }
        self.stuck_since.get_or_insert(now);
        if self.gives_up_at().is_some_and(|at| at <= now)
            && let Some((_, closed)) = self.closing()
        {
            let how = closed.closing.how();
            self.end = self.ended_by().map(|by| End { by, how, after: None });
        }
    }

    pub(super) fn gives_up_at(&self) -> Option<Instant> {
        self.stuck_since.map(|since| since + LINGER)
    }

    /// Who is the cause of an end in order: a fault that has closed it, or else the peer that was the
    /// first to end its stream.
    fn ended_by(&self) -> Option<EndedBy> {
        let closing = self.first_to_close.and_then(|direction| self.fault_that_closed(direction));
        closing.or_else(|| self.first_to_end.map(EndedBy::Source))
    }

    fn fault_that_closed(&self, direction: Direction) -> Option<EndedBy> {
        let name = self.closed(direction)?.by.clone();
        Some(EndedBy::Fault { direction, name })
    }
}
