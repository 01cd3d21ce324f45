//! When the pieces of a limited rate leave.

use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::clock::later;
use crate::fault::AHEAD;
use crate::units::ByteRate;

/// An absolute schedule, one piece after another. No error adds up on it.
#[derive(Debug)]
pub(super) struct Schedule {
    rate: ByteRate,
    busy: Mutex<Busy>,
}

/// So many bytes since this moment.
#[derive(Debug)]
struct Busy {
    since: Instant,
    bytes: u64,
    /// Those who have more than is on the schedule: while there is one, there is no rest.
    waiting: usize,
}

impl Schedule {
    /// An empty one.
    pub(super) fn new(rate: ByteRate, now: Instant) -> Self {
        Schedule { rate, busy: Mutex::new(Busy { since: now, bytes: 0, waiting: 0 }) }
    }

    /// Takes the next place for a piece that is there at `now` and may leave by `burst` before the end
    /// of its place. Gives the moment at which it leaves. What all have missed, since nobody looked for
    /// long, is made up for by no more than is taken in ahead.
    pub(super) fn take(&self, piece: usize, burst: Duration, now: Instant) -> Instant {
        let mut busy = self.busy.lock();
        let end = |busy: &Busy| later(busy.since, self.rate.time_for(busy.bytes));
        let made_up = if busy.waiting == 0 { Duration::ZERO } else { AHEAD };
        if later(end(&busy), made_up) < now {
            (busy.since, busy.bytes) = (now.checked_sub(made_up).unwrap_or(now), 0);
        }
        busy.bytes += piece as u64;
        end(&busy).checked_sub(burst).map_or(now, |due| due.max(now))
    }

    /// One more has, or has no longer, more than is on the schedule.
    pub(super) fn note_waiting(&self, is_waiting: bool) {
        let mut busy = self.busy.lock();
        busy.waiting = if is_waiting { busy.waiting + 1 } else { busy.waiting - 1 };
    }
}
