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

/// The columns but the last, each with its width: they are known before the first row.
const COLUMNS: [(&str, usize); 4] =
    [("condition", 17), ("direction", 9), ("fault", 38), ("the client saw", 30)];

/// What stands before the columns, between them, and in the last one.
const MARK: usize = 2;
const GAP: usize = 2;
const LAST: usize = 10;

/// How much of a row is shown: all of it, or where there is no room for that, all but the fault.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    shows_fault: bool,
}

impl Layout {
    /// What has room in lines of so many letters.
    pub(super) fn within(width: usize) -> Self {
        let all: usize = COLUMNS.iter().map(|(_, width)| width + GAP).sum();
        Layout { shows_fault: MARK + all + LAST <= width }
    }

    /// The line above all rows.
    pub(super) fn heading(self) -> String {
        styled(STRONG, format!("  {}recovered", self.columns(COLUMNS.map(|(name, _)| name))))
    }

    fn columns(self, cells: [&str; 4]) -> String {
        let mut line = String::new();
        for (cell, (name, width)) in cells.into_iter().zip(COLUMNS) {
            if name != "fault" || self.shows_fault {
                let _ = write!(line, "{cell:width$}{:GAP$}", "");
            }
        }
        line
    }
}

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

    /// A line of the table.
    pub(super) fn line(&self, layout: Layout) -> String {
        let direction = self.direction.map_or("", Direction::as_str);
        let cells = layout.columns([self.condition, direction, &self.fault, &self.client_saw]);
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
            assert!(condition.slug.len() <= COLUMNS[0].1, "{}", condition.slug);
            assert!(condition.cause.to_string().len() <= COLUMNS[2].1, "{}", condition.cause);
        }
    }

    #[test]
    fn a_line_has_room_in_80_columns_and_the_fault_as_well_where_there_is_more() {
        let row = Row {
            condition: "connect-timeout",
            direction: Some(Direction::ToServer),
            fault: "bandwidth:rate=40kB/s,scope=gate".to_owned(),
            shown: true,
            client_saw: "connect timed out after 500 ms".to_owned(),
            recovered_after: Some(Duration::from_millis(999)),
            details: String::new(),
        };
        for (width, shows_fault) in [(80, false), (113, false), (114, true), (200, true)] {
            let layout = Layout::within(width);
            for line in [row.line(layout), layout.heading()] {
                let plain = anstream::adapter::strip_str(&line).to_string();
                assert!(plain.chars().count() <= width, "{plain}");
            }
            assert_eq!(row.line(layout).contains("scope=gate"), shows_fault);
            assert_eq!(layout.heading().contains("fault"), shows_fault);
        }
    }
}
