//! What can happen at a gate, as a line and as an object.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use chaosgate_faults::{Direction, How};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::closed_by::ClosedBy;
use crate::{Accepting, written};

/// Something that happened at a gate.
///
/// [`Display`](fmt::Display) gives a line of a timeline; serde gives an object with `number`, `at_ms`,
/// `connection`, the name of what happened as `event`, and its details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// Its number among the events of its gate, of which the first is 1 and none is left out.
    pub number: u64,
    /// How long after the gate was made; in an object `at_ms`, in milliseconds to a microsecond.
    #[serde(rename = "at_ms", with = "written::in_ms")]
    #[schemars(with = "f64")]
    pub at: Duration,
    /// The connection's number, if it happened to one.
    pub connection: Option<u64>,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(bytes: &u64) -> bool {
    *bytes == 0
}

/// What can happen at a gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum What {
    /// A client has connected.
    Accepted {
        /// Its address.
        client: SocketAddr,
    },
    /// The connection to the server stands.
    Connected {
        /// The server's address.
        server: SocketAddr,
    },
    /// The server could not be reached.
    DialFailed {
        /// Why.
        reason: String,
    },
    /// The server's machine has said that nobody has the port (ICMP, for UDP alone). The connection
    /// goes on.
    Unreachable,
    /// A fault did something to traffic.
    Hit {
        /// On which direction.
        direction: Direction,
        /// The entry's name.
        fault: String,
        /// How often, since the event before.
        count: u64,
        /// The payload bytes that it discarded, since the event before; no field of the object if there
        /// are none.
        #[serde(default, skip_serializing_if = "is_zero")]
        lost: u64,
    },
    /// A connection has ended.
    Closed {
        /// Who ended it.
        #[serde(flatten)]
        by: ClosedBy,
        /// What the two sides see.
        how: How,
    },
    /// The faults of a direction have been changed.
    FaultsSet {
        /// The direction.
        direction: Direction,
        /// The faults as they are written on the command line.
        faults: Vec<String>,
    },
    /// The gate takes new clients in another way.
    AcceptingSet {
        /// In which way.
        accepting: Accepting,
    },
    /// The gate goes on between other addresses.
    Rerouted {
        /// Where clients connect.
        listen: String,
        /// Where the server is.
        upstream: String,
    },
    /// Clients cannot be accepted, for want of descriptors as a rule. The gate goes on trying, and
    /// tells of it again when somebody was accepted meanwhile, or the reason is another.
    AcceptFailed {
        /// Why.
        reason: String,
    },
}

impl fmt::Display for Event {
    /// One line of a timeline: `+1.204s #3 accepted 127.0.0.1:41234`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{:.3}s ", self.at.as_secs_f64())?;
        if let Some(connection) = self.connection {
            write!(f, "#{connection} ")?;
        }
        self.what.fmt(f)
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Accepted { client } => write!(f, "accepted {client}"),
            What::Connected { server } => write!(f, "connected to {server}"),
            What::DialFailed { reason } => write!(f, "dial failed: {reason}"),
            What::Unreachable => f.write_str("port unreachable"),
            What::Hit { direction, fault, count, lost } => {
                write!(f, "{fault} {direction} hit")?;
                if *count != 1 {
                    write!(f, " {count} times")?;
                }
                if *lost > 0 { write!(f, ", {lost} bytes lost") } else { Ok(()) }
            }
            What::Closed { by, how } => write!(f, "closed by {by} ({how})"),
            What::FaultsSet { direction, faults } if faults.is_empty() => {
                write!(f, "{direction} passes")
            }
            What::FaultsSet { direction, faults } => {
                write!(f, "{direction} set to {}", faults.join(" "))
            }
            What::AcceptingSet { accepting } => write!(f, "accepting set to {accepting}"),
            What::Rerouted { listen, upstream } => {
                write!(f, "rerouted, from {listen} to {upstream}")
            }
            What::AcceptFailed { reason } => write!(f, "accept failed: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(connection: Option<u64>, what: What) -> String {
        let at = Duration::from_millis(1_204);
        let event = Event { number: 7, at, connection, what };
        let written = serde_json::to_string(&event).expect("an object");
        assert_eq!(serde_json::from_str::<Event>(&written).expect(&written), event);
        written
    }

    #[test]
    fn a_hit_tells_what_was_lost_if_something_was() {
        let hit = |count, lost| {
            let fault = "drop".to_owned();
            What::Hit { direction: Direction::ToServer, fault, count, lost }
        };
        assert_eq!(hit(1, 0).to_string(), "drop to_server hit");
        assert_eq!(hit(2, 30).to_string(), "drop to_server hit 2 times, 30 bytes lost");
        assert!(!written(None, hit(1, 0)).contains("lost"));
        assert!(written(None, hit(1, 3)).contains(r#""lost":3"#));
    }

    #[test]
    fn an_event_is_an_object_with_its_details() {
        let accepted = What::Accepted { client: SocketAddr::from(([127, 0, 0, 1], 80)) };
        assert_eq!(
            written(Some(3), accepted),
            r#"{"number":7,"at_ms":1204.0,"connection":3,"event":"accepted","client":"127.0.0.1:80"}"#
        );
        assert_eq!(
            written(None, What::AcceptingSet { accepting: Accepting::Refuse }),
            r#"{"number":7,"at_ms":1204.0,"connection":null,"event":"accepting_set","accepting":"refuse"}"#
        );
        assert_eq!(
            written(Some(1), What::Unreachable),
            r#"{"number":7,"at_ms":1204.0,"connection":1,"event":"unreachable"}"#
        );
    }

    #[test]
    fn a_close_says_who_and_how() {
        let direction = Direction::ToClient;
        let by = ClosedBy::Fault { direction, name: "slow".to_owned() };
        assert_eq!(
            written(Some(1), What::Closed { by, how: How::Reset }),
            r#"{"number":7,"at_ms":1204.0,"connection":1,"event":"closed","by":"fault","direction":"to_client","fault":"slow","how":"reset"}"#
        );
        assert_eq!(
            written(Some(1), What::Closed { by: ClosedBy::DialFailure, how: How::Fin }),
            r#"{"number":7,"at_ms":1204.0,"connection":1,"event":"closed","by":"dial_failure","how":"fin"}"#
        );
    }
}
