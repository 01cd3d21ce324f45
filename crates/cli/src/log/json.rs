//! A line of the log for programs, as Toxiproxy writes it: an object with `level`, `time`, `message` and
//! the fields of the event.

use std::fmt;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::words::Words;

/// Lines of which some have other words.
pub(super) struct Lines(pub(super) &'static [Words]);

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut time = String::new();
        SystemTime.format_time(&mut Writer::new(&mut time))?;
        let mut line = Line(Map::new());
        line.set("level", Words::level(self.0, event.metadata()).as_str().to_ascii_lowercase());
        line.set("time", time);
        event.record(&mut line);
        if let Some(words) = Words::for_line(self.0, event.metadata()) {
            line.say(words.says);
        }
        writeln!(writer, "{}", Value::Object(line.0))
    }
}

struct Line(Map<String, Value>);

impl Line {
    fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// Says this, and what it said before as a detail.
    fn say(&mut self, says: &str) {
        if let Some(detail) = self.0.insert("message".to_owned(), says.into()) {
            self.set("detail", detail);
        }
        if let Some(gate) = self.0.get("gate").cloned() {
            self.set("name", gate);
        }
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field.name(), value);
    }
}
