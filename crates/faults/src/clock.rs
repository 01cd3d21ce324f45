//! The moments that faults count from.

use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Meeting;

/// The moment from which a fault's clock runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Since {
    /// When the fault met the connection: when it was set, or for a later connection its beginning.
    #[default]
    Met,
    /// When the client was accepted, however much later the fault was set.
    Connect,
    /// The first data or end of stream that the fault saw on the connection.
    FirstData,
}

/// `now + after`, or a moment a century away where the sum cannot be expressed.
pub(crate) fn later(now: Instant, after: Duration) -> Instant {
    const CENTURY: Duration = Duration::from_hours(100 * 365 * 24);
    now.checked_add(after).unwrap_or_else(|| now + CENTURY)
}

/// Something that will be due `after` a moment that may not have come yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Alarm {
    after: Duration,
    due: Option<Instant>,
}

impl Alarm {
    pub(crate) fn new(after: Duration, since: Since, meeting: &Meeting) -> Self {
        let due = match since {
            Since::Met => Some(later(meeting.now, after)),
            Since::Connect => Some(later(meeting.connected, after)),
            Since::FirstData => None,
        };
        Alarm { after, due }
    }

    /// Starts the clock at `now`, if it waited for the first segment.
    pub(crate) fn on_segment(&mut self, now: Instant) {
        self.due.get_or_insert_with(|| later(now, self.after));
    }

    pub(crate) fn due(&self) -> Option<Instant> {
        self.due
    }

    pub(crate) fn is_over(&self, now: Instant) -> bool {
        self.due.is_some_and(|due| due <= now)
    }
}
