//! What has happened at a gate: a ring of the last events, and a broadcast of new ones.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use tokio::sync::broadcast;

use crate::event::{Event, What};
use crate::lock::locked;

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
}

impl Events {
    pub(crate) fn new(gate: &str) -> Self {
        Events {
            gate: gate.to_owned(),
            beginning: Instant::now(),
            ring: Mutex::default(),
            broadcast: broadcast::Sender::new(REMEMBERED),
        }
    }

    /// Notes it, for all.
    pub(crate) fn note(&self, connection: Option<u64>, what: What) {
        self.record(connection, what).log();
    }

    /// Notes it for those who ask and for those who have subscribed.
    pub(crate) fn record(&self, connection: Option<u64>, what: What) -> Recorded<'_> {
        let mut ring = locked(&self.ring);
        // Under the lock, so that everybody sees the events in one order, which is that of time.
        let event = Event { at: self.now(), connection, what };
        if ring.len() == REMEMBERED {
            ring.pop_front();
        }
        ring.push_back(event.clone());
        if self.broadcast.receiver_count() > 0 {
            // Without a listener by now, nobody is to hear it.
            let _ = self.broadcast.send(event.clone());
        }
        Recorded { gate: &self.gate, event }
    }

    /// The clock of the events.
    pub(crate) fn now(&self) -> Duration {
        self.beginning.elapsed()
    }

    pub(crate) fn remembered(&self) -> Vec<Event> {
        let ring = locked(&self.ring);
        ring.iter().cloned().collect()
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
    gate: &'a str,
    event: Event,
}

impl Recorded<'_> {
    pub(crate) fn log(self) {
        let Recorded { gate, event } = self;
        match event.what {
            // Of these there can be thousands a second.
            What::Hit { .. } => tracing::trace!(target: "chaosgate", gate, "{event}"),
            What::AcceptFailed { .. } => tracing::warn!(target: "chaosgate", gate, "{event}"),
            _ => tracing::debug!(target: "chaosgate", gate, "{event}"),
        }
    }
}
