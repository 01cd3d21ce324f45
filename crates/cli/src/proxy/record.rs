//! An event for machines.

use chaosgate::{ClosedBy, Event, What};
use serde_json::{Map, Value, json};

/// An event as an object: when, on which connection, what, and its details.
pub(super) fn of(event: &Event) -> Value {
    let (name, details) = details(&event.what);
    let mut object = Map::new();
    object.insert("event".to_owned(), name.into());
    object.insert("at_ms".to_owned(), in_ms(event).into());
    object.insert("connection".to_owned(), event.connection.into());
    if let Value::Object(details) = details {
        object.extend(details);
    }
    Value::Object(object)
}

/// That events were not read fast enough.
pub(super) fn missed(count: u64) -> Value {
    json!({ "event": "missed", "count": count })
}

fn details(what: &What) -> (&'static str, Value) {
    match what {
        What::Accepted { client } => ("accepted", json!({ "client": client })),
        What::Connected { server } => ("connected", json!({ "server": server })),
        What::DialFailed { reason } => ("dial_failed", json!({ "reason": reason })),
        What::Unreachable => ("unreachable", json!({})),
        What::Hit { direction, fault, count } => {
            ("hit", json!({ "direction": direction, "fault": fault, "count": count }))
        }
        What::Closed { by, how } => ("closed", closed(by, &how.to_string())),
        What::FaultsSet { direction, faults } => {
            ("faults_set", json!({ "direction": direction, "faults": faults }))
        }
        What::AcceptingSet { accepting } => {
            ("accepting_set", json!({ "accepting": accepting.as_str() }))
        }
        What::AcceptFailed { reason } => ("accept_failed", json!({ "reason": reason })),
        // An event that is newer than this.
        other => ("other", json!({ "text": other.to_string() })),
    }
}

fn closed(by: &ClosedBy, how: &str) -> Value {
    let name = match by {
        ClosedBy::Client => "client",
        ClosedBy::Server => "server",
        ClosedBy::Fault { direction, name } => {
            return json!({ "by": "fault", "how": how, "direction": direction, "fault": name });
        }
        ClosedBy::Call => "call",
        ClosedBy::Stop => "stop",
        ClosedBy::Silence => "silence",
        ClosedBy::DialFailure => "dial_failure",
        ClosedBy::Accepting => "accepting",
        ClosedBy::Failure => "failure",
        // One that is newer than this.
        _ => "other",
    };
    json!({ "by": name, "how": how })
}

/// To a microsecond.
fn in_ms(event: &Event) -> f64 {
    (event.at.as_secs_f64() * 1e6).round() / 1e3
}
