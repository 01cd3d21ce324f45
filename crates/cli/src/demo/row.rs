//! What has become of one condition in one direction: for people and for machines.

use std::fmt::Write;
use std::time::Duration;

use chaosgate::Direction;
use serde_json::{Value, json};

use super::observed::Observed;
use super::showing::Showing;
use crate::output::{BAD, GOOD, STRONG, in_ms, styled};

/// What has become of a condition in a direction.
#[derive(Debug)]
pub(super) struct Row {
    condition: &'static str,
    direction: Option<Direction>,
    fault: String,
    shown: bool,
    client_saw: String,
    recovered_after: Option<Duration>,
    /// All that was observed.
    details: String,
}

/// The widths of the columns but the last: they are known before the first row.
const WIDTHS: [usize; 4] = [17, 9, 38, 30];

impl Row {
    /// A row of what was observed, and how long after the heal the client had recovered.
    pub(super) fn new<D>(
        showing: &Showing<D>,
        observed: &Observed,
        recovered_after: Option<Duration>,
    ) -> Self {
        Row {
            condition: showing.condition.slug,
            direction: observed.direction,
            fault: showing.condition.cause.to_string(),
            shown: observed.hits >= showing.hits && (showing.shows)(observed),
            client_saw: observed.client.to_string(),
            recovered_after,
            details: observed.to_string(),
        }
    }

    /// The line above all rows.
    pub(super) fn heading() -> String {
        let names = ["condition", "direction", "fault", "the client saw"];
        styled(STRONG, format!("  {}recovered", columns(names)))
    }

    /// A line of the table.
    pub(super) fn line(&self) -> String {
        let direction = self.direction.map_or("", Direction::as_str);
        let cells = columns([self.condition, direction, &self.fault, &self.client_saw]);
        let mark = if self.is_good() { styled(GOOD, "✓") } else { styled(BAD, "✗") };
        let recovered = match self.recovered_after {
            Some(after) => format!("in {}", in_ms(after)),
            None => styled(BAD, "no"),
        };
        format!("{mark} {cells}{recovered}")
    }

    /// An object for machines.
    pub(super) fn json(&self) -> Value {
        json!({
            "condition": self.condition,
            "direction": self.direction,
            "fault": self.fault,
            "shown": self.shown,
            "client_saw": self.client_saw,
            "recovered": self.recovered_after.is_some(),
            "recovery_ms": self.recovered_after.map(to_ms),
        })
    }

    pub(super) fn is_good(&self) -> bool {
        self.shown && self.recovered_after.is_some()
    }

    /// What went wrong, if anything did.
    pub(super) fn complaint(&self) -> Option<String> {
        let what = match (self.shown, self.recovered_after) {
            (true, Some(_)) => return None,
            (true, None) => "did not recover",
            (false, _) => "did not show",
        };
        let direction = self.direction.map_or("", Direction::as_str);
        let of = if direction.is_empty() { "" } else { " " };
        Some(format!("{}{of}{direction} {what}: {}", self.condition, self.details))
    }
}

fn columns(cells: [&str; 4]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.into_iter().zip(WIDTHS) {
        let _ = write!(line, "{cell:width$}  ");
    }
    line
}

/// To a tenth of a millisecond.
fn to_ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e4).round() / 10.0
}

#[cfg(test)]
mod tests {
    use chaosgate_trial::{datagrams, streams};

    use super::*;

    #[test]
    fn every_fault_fits_its_column() {
        for condition in streams::ALL.iter().chain(datagrams::ALL) {
            assert!(condition.slug.len() <= WIDTHS[0], "{}", condition.slug);
            assert!(condition.cause.to_string().len() <= WIDTHS[2], "{}", condition.cause);
        }
    }
}
