//! Events as a stream: server-sent events.
//!
//! They are read from the memory of the gate by their numbers, whenever the client has taken those of
//! before: so one that is slow takes no memory, and is told how many it has missed.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use axum::response::Sse;
use axum::response::sse;
use chaosgate::{AnyGate, Event};
use futures_util::stream::{Stream, unfold};
use tokio::time::timeout;

use super::since::after;

/// After what silence something is sent that says nothing: so a client that has left is found out.
const SILENCE: Duration = Duration::from_secs(15);

/// The events of a gate after the one of this number, until it is `gone`.
pub(super) fn of(
    gate: AnyGate,
    number: u64,
    gone: impl Future<Output = ()> + Send + 'static,
) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>>> {
    let reader = Reader { gate, number, read: VecDeque::new(), gone: Some(Box::pin(gone)) };
    Sse::new(unfold(reader, |mut reader| async {
        let next = reader.next().await?;
        Some((Ok(next), reader))
    }))
}

/// Who reads the events of a gate.
struct Reader {
    gate: AnyGate,
    /// The number of the last event that was sent.
    number: u64,
    /// What has been read and is yet to be sent: no more than the gate remembers.
    read: VecDeque<Event>,
    /// `None` once the gate is gone.
    gone: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Reader {
    /// What is to be sent next; `None` at the end.
    async fn next(&mut self) -> Option<sse::Event> {
        if self.read.is_empty() {
            let gone = self.gone.as_mut()?;
            tokio::select! {
                events = timeout(SILENCE, after(&self.gate, self.number)) => match events {
                    Ok(events) => self.read = events.into(),
                    Err(_) => return Some(sse::Event::default().comment("")),
                },
                () = gone => {
                    self.gone = None;
                    self.read = self.gate.events_since(self.number).into();
                }
            }
        }
        let missed = self.read.front()?.number - self.number - 1;
        if missed > 0 {
            self.number += missed;
            return Some(sse::Event::default().event("missed").data(missed.to_string()));
        }
        let event = self.read.pop_front()?;
        self.number = event.number;
        let text = serde_json::to_string(&event).unwrap_or_default();
        Some(sse::Event::default().id(event.number.to_string()).data(text))
    }
}
