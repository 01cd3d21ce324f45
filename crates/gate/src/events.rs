//! What has happened at a gate: a ring of the last events, and a broadcast of new ones.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::broadcast;

use crate::event::{Event, What};
use crate::throttle::Throttle;

/// How many events a gate remembers.
const REMEMBERED: usize = 1_000;

/// The events of one gate.
#[derive(Debug)]
pub(crate) struct Events {
    /// The gate's name.
    gate: String,
    beginning: Instant,
    ring: Mutex<VecDeque<Event>>,
    broadcast: broadcast::Sender<Event>,
    /// What the log is told of dials that fail, which may be every one of a thousand a second.
    dial_failures: Arc<Throttle>,
}

impl Events {
    pub(crate) fn new(gate: &str) -> Self {
        Events {
            gate: gate.to_owned(),
            beginning: Instant::now(),
            ring: Mutex::default(),
            broadcast: broadcast::Sender::new(REMEMBERED),
            dial_failures: Arc::default(),
        }
    }

    /// Notes it, for all.
    pub(crate) fn note(&self, connection: Option<u64>, what: What) {
        self.record(connection, what).log();
    }

    /// Notes it for those who ask and for those who have subscribed.
    pub(crate) fn record(&self, connection: Option<u64>, what: What) -> Recorded<'_> {
        let mut ring = self.ring.lock();
        // Under the lock, so that everybody sees the events in one order, which is that of time.
        let number = ring.back().map_or(1, |last| last.number + 1);
        let event = Event { number, at: self.now(), connection, what };
        if ring.len() == REMEMBERED {
            ring.pop_front();
        }
        ring.push_back(event.clone());
        if self.broadcast.receiver_count() > 0 {
            // Without a listener by now, nobody is to hear it.
            let _ = self.broadcast.send(event.clone());
        }
        Recorded { events: self, event }
    }

    /// The clock of the events.
    pub(crate) fn now(&self) -> Duration {
        self.beginning.elapsed()
    }

    /// Those that are remembered and have a higher number.
    pub(crate) fn since(&self, number: u64) -> Vec<Event> {
        let ring = self.ring.lock();
        ring.iter().filter(|event| event.number > number).cloned().collect()
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.broadcast.subscribe()
    }
}

/// An event that has been noted, and that is yet to be logged.
///
/// That is for when no lock is held any more: whoever reads the log takes its time, and may ask the
/// gate what the event is about.
#[derive(Debug)]
#[must_use = "it is yet to be logged"]
pub(crate) struct Recorded<'a> {
    events: &'a Events,
    event: Event,
}

impl Recorded<'_> {
    /// Tells the log. What has a name of its own there is found by that, whatever words it has.
    pub(crate) fn log(self) {
        let Recorded { events, event } = self;
        let gate = events.gate.as_str();
        match &event.what {
            // Of these there can be thousands a second.
            What::Hit { .. } => tracing::trace!(target: "chaosgate", gate, "{event}"),
            What::Accepted { client } => {
                tracing::debug!(name: "accepted", target: "chaosgate", gate, %client, "{event}");
            }
            What::FaultsSet { .. } | What::AcceptingSet { .. } | What::Rerouted { .. } => {
                tracing::info!(target: "chaosgate", gate, "{event}");
            }
            What::AcceptFailed { .. } => {
                tracing::warn!(name: "accept_failed", target: "chaosgate", gate, "{event}");
            }
            What::DialFailed { .. } => events.log_dial_failure(&event),
            _ => tracing::debug!(target: "chaosgate", gate, "{event}"),
        }
    }
}

impl Events {
    fn log_dial_failure(&self, event: &Event) {
        let gate = self.gate.clone();
        let is_written = self.dial_failures.line(event.to_string(), move |line, count| {
            tracing::warn!(name: "dial_failed", target: "chaosgate", gate, count, "{line}");
        });
        if !is_written {
            tracing::debug!(target: "chaosgate", gate = self.gate, "{event}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_for_the_events_since_one_sees_by_the_first_how_many_are_missing() {
        let events = Events::new("gate");
        let note = |times| (0..times).for_each(|_| events.note(None, What::Unreachable));
        let since = |number| events.since(number).iter().map(|event| event.number).collect();
        note(3);
        let numbers: [Vec<u64>; 3] = [since(0), since(2), since(3)];
        assert_eq!(numbers, [vec![1, 2, 3], vec![3], vec![]]);
        note(REMEMBERED);
        let left: Vec<u64> = since(1);
        assert_eq!((left.len(), left[0]), (REMEMBERED, 4));
    }

    #[test]
    fn who_has_subscribed_is_told_the_events_that_are_remembered() {
        let events = Events::new("gate");
        let mut told = events.subscribe();
        events.note(Some(1), What::Unreachable);
        assert_eq!(events.since(0), [told.try_recv().expect("an event")]);
    }
}
