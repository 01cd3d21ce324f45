//! How late timers are, counted where they fire: once for each, and for nobody in between.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How late timers have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lateness {
    /// How many were as late as each of the [bounds](Lateness::BOUNDS) at most, and later than the
    /// one before; the last are those that were later than all of them.
    pub counts: [u64; Lateness::BOUNDS.len() + 1],
    /// That of all together.
    pub sum: Duration,
}

impl Lateness {
    /// Up to which lateness timers are counted together.
    pub const BOUNDS: [Duration; 11] = [
        Duration::from_micros(25),
        Duration::from_micros(50),
        Duration::from_micros(100),
        Duration::from_micros(250),
        Duration::from_micros(500),
        Duration::from_millis(1),
        Duration::from_micros(2_500),
        Duration::from_millis(5),
        Duration::from_millis(10),
        Duration::from_millis(25),
        Duration::from_millis(100),
    ];
}

/// Counts how late timers are.
#[derive(Debug, Default)]
pub(super) struct Counter {
    counts: [AtomicU64; Lateness::BOUNDS.len() + 1],
    nanos: AtomicU64,
}

impl Counter {
    /// A timer has fired so late.
    pub(super) fn count(&self, late: Duration) {
        let place = Lateness::BOUNDS.partition_point(|bound| *bound < late);
        self.counts[place].fetch_add(1, Ordering::Relaxed);
        let nanos = u64::try_from(late.as_nanos()).unwrap_or(u64::MAX);
        self.nanos.fetch_add(nanos, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> Lateness {
        Lateness {
            counts: self.counts.each_ref().map(|count| count.load(Ordering::Relaxed)),
            sum: Duration::from_nanos(self.nanos.load(Ordering::Relaxed)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_timer_is_counted_at_the_first_bound_that_it_keeps() {
        let counter = Counter::default();
        for micros in [0, 25, 26, 100_000, 100_001, 1_000_000] {
            counter.count(Duration::from_micros(micros));
        }
        let read = counter.read();
        assert_eq!(read.counts, [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
        assert_eq!(read.sum, Duration::from_micros(1_200_052));
    }
}
