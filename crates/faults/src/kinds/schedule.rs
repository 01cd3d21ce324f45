//! When the pieces of a limited rate leave.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::clock::later;
use crate::lock::locked;
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
}

impl Schedule {
    /// An empty one.
    pub(super) fn new(rate: ByteRate, now: Instant) -> Self {
        Schedule { rate, busy: Mutex::new(Busy { since: now, bytes: 0 }) }
    }

    /// Takes the next place for a piece that is there at `now` and may leave by `burst` before the end
    /// of its place. Gives the moment at which it leaves.
    pub(super) fn take(&self, piece: usize, burst: Duration, now: Instant) -> Instant {
        let mut busy = locked(&self.busy);
        let end = |busy: &Busy| later(busy.since, self.rate.time_for(busy.bytes));
        if end(&busy) < now {
            *busy = Busy { since: now, bytes: 0 };
        }
        busy.bytes += piece as u64;
        end(&busy).checked_sub(burst).map_or(now, |due| due.max(now))
    }
}
