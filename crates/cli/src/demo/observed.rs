//! What was seen of a condition: by the client, by the gate, and by the server.

use std::fmt;
use std::time::Duration;

use chaosgate::{Direction, Totals};
use chaosgate_trial::{Failure, Strike};

use super::seen::Seen;
use super::service::Tally;

/// What was seen under a condition.
#[derive(Debug, Clone)]
pub(super) struct Observed {
    pub(super) direction: Option<Direction>,
    pub(super) client: Seen,
    /// How often the fault has hit.
    pub(super) hits: u64,
    /// Bytes that the gate has read in the fault's direction.
    pub(super) read_by_gate: u64,
    /// Clients that the gate has accepted.
    pub(super) accepted: u64,
    /// Clients that it has connected to the server.
    pub(super) connected: u64,
    /// What has reached the server.
    pub(super) server: Tally,
}

impl Observed {
    /// What a strike in this direction has come to, so far as the server has seen it.
    pub(super) fn of(strike: Strike<Seen>, direction: Option<Direction>, server: Tally) -> Self {
        let Strike { seen: client, hits, before, after } = strike;
        let read = |totals: &Totals| totals.of(direction.unwrap_or(Direction::ToServer)).received;
        Observed {
            direction,
            client,
            hits,
            read_by_gate: read(&after) - read(&before),
            accepted: after.accepted - before.accepted,
            connected: after.connected - before.connected,
            server,
        }
    }

    pub(super) fn timed_out(&self) -> bool {
        matches!(self.client, Seen::TimedOut { .. } | Seen::Unanswered { .. })
    }

    pub(super) fn failed(&self, failure: &Failure) -> bool {
        matches!(&self.client, Seen::Failed(seen) if seen == failure)
    }

    /// Whether the right answer came, and took this long at least.
    pub(super) fn answered_no_sooner_than(&self, ms: u64) -> bool {
        let least = Duration::from_millis(ms);
        matches!(self.client, Seen::Answered { after, .. } if after >= least)
    }

    /// Whether the fault let nothing through in its own direction, and all in the other.
    pub(super) fn lost_on_the_way(&self) -> bool {
        match self.direction {
            Some(Direction::ToServer) => self.server.bytes == 0,
            _ => self.server.requests > 0,
        }
    }

    /// In how many reads the side behind the fault got what was sent.
    pub(super) fn pieces(&self) -> u64 {
        match (self.direction, &self.client) {
            (Some(Direction::ToServer), _) => self.server.reads,
            (_, Seen::Answered { reads, .. }) => *reads,
            _ => 0,
        }
    }
}

/// All that there is to know when it was not what it should have been.
impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Observed { client, hits, read_by_gate, accepted, connected, server, .. } = self;
        let Tally { bytes, reads, requests, connections } = server;
        write!(f, "client: {client}; hits: {hits}; ")?;
        write!(f, "gate: accepted {accepted}, connected {connected}, ")?;
        write!(f, "read {read_by_gate} bytes that way; server: {bytes} bytes, {reads} reads, ")?;
        write!(f, "{requests} whole requests, {connections} open connections")
    }
}
