//! The moments of virtual time.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// So many milliseconds.
pub fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// The moment 0: some moment, the same for a whole process.
pub fn epoch() -> Instant {
    static EPOCH: OnceLock<Instant> = OnceLock::new();
    #[expect(clippy::disallowed_methods, reason = "virtual time has to begin somewhere")]
    *EPOCH.get_or_init(Instant::now)
}

/// The milliseconds from the moment 0 until then.
pub(super) fn millis_of(at: Instant) -> f64 {
    let nanos = (at - epoch()).as_secs_f64() * 1e9;
    nanos.round() / 1e6
}
