//! What a condition of the network is, and what it has to show.

use std::fmt;
use std::time::Duration;

use chaosgate::{Accepting, Direction, How};

use super::client::Client;
use super::seen::Seen;
use super::service::Tally;

/// A condition of the network, which is shown in each direction that it has.
pub(super) struct Condition<C: Client> {
    pub(super) slug: &'static str,
    /// What it is, in words.
    pub(super) about: &'static str,
    pub(super) network: Network,
    /// What the client does meanwhile.
    pub(super) deed: C::Deed,
    /// How often the fault has to hit, at least.
    pub(super) hits: u64,
    /// Whether this is what must be seen: by the client first of all, but also by the server and
    /// the gate, where another condition looks the same to the client.
    pub(super) shows: fn(&Observed) -> bool,
}

/// How the network fails.
#[derive(Debug, Clone, Copy)]
pub(super) enum Network {
    /// By a fault, written as on the command line, in one direction and then in the other.
    Fault(&'static str),
    /// By the way in which new clients are taken.
    Accepting(Accepting),
    /// By closing all connections.
    CloseConnections(How),
}

impl Network {
    /// The directions in which it is shown; `None` where it has none.
    pub(super) fn directions(&self) -> &'static [Option<Direction>] {
        match self {
            Network::Fault(_) => &[Some(Direction::ToServer), Some(Direction::ToClient)],
            Network::Accepting(_) | Network::CloseConnections(_) => &[None],
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Network::Fault(fault) => f.write_str(fault),
            Network::Accepting(mode) => write!(f, "accepting={mode}"),
            Network::CloseConnections(how) => write!(f, "close_connections={how}"),
        }
    }
}

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
    pub(super) fn timed_out(&self) -> bool {
        matches!(self.client, Seen::TimedOut { .. } | Seen::Unanswered { .. })
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

#[cfg(test)]
mod tests {
    use chaosgate::EntrySpec;

    use super::*;
    use crate::demo::{tcp, udp};

    fn of<C: Client>() -> impl Iterator<Item = (&'static str, Network, u64)> {
        C::CONDITIONS.iter().map(|condition| (condition.slug, condition.network, condition.hits))
    }

    #[test]
    fn every_fault_is_written_as_it_is_printed() {
        for (slug, network, hits) in of::<tcp::Client>().chain(of::<udp::Client>()) {
            if let Network::Fault(text) = network {
                assert_eq!(text.parse::<EntrySpec>().expect(text).to_string(), text);
                assert!(hits > 0, "{slug} must prove its hit");
            }
        }
    }

    #[test]
    fn every_slug_is_there_once() {
        let all = of::<tcp::Client>().chain(of::<udp::Client>());
        let mut slugs: Vec<_> = all.map(|(slug, ..)| slug).collect();
        let count = slugs.len();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), count);
    }
}
