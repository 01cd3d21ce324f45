//! What writes, on a thread of its own: a reader that does not read holds up neither the gate nor its
//! end.

use std::fmt::{self, Display};
use std::future::pending;
use std::io;
use std::time::Duration;

use chaosgate::Event;
use serde::Serialize;
use tokio::runtime::Handle;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{mpsc, oneshot};

use super::page::Page;
use super::report::{Beginning, Totals};

/// How long the end waits for a reader that does not read.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long it rests when it has written events. Those that come meanwhile are written together: one that
/// was woken for each of them would cost more than the connections that they tell of.
const REST: Duration = Duration::from_millis(5);

/// Writes what happens at a gate.
pub(super) struct Printer {
    said: mpsc::Sender<Said>,
    ended: oneshot::Receiver<()>,
}

/// What it is told beside the events.
enum Said {
    Second(String),
    Totals(Totals),
}

impl Printer {
    /// Writes the beginning, and from then on the events, if there are any to be written.
    pub(super) fn start(
        mut page: Page,
        beginning: Beginning,
        mut events: Option<Receiver<Event>>,
    ) -> io::Result<Self> {
        let (said, mut told) = mpsc::channel(1);
        let (end, ended) = oneshot::channel();
        let runtime = Handle::current();
        let print = async move {
            page.put(&beginning);
            page.turn();
            print_until_totals(&mut page, &mut events, &mut told).await;
        };
        std::thread::Builder::new().name("printer".to_owned()).spawn(move || {
            runtime.block_on(print);
            // Nobody waits for it any more if the command has given up.
            let _ = end.send(());
        })?;
        Ok(Printer { said, ended })
    }

    /// Writes what has gone through in a second, unless the last one is still to be written.
    pub(super) fn show(&self, second: String) {
        let _ = self.said.try_send(Said::Second(second));
    }

    /// Writes the events that are left, and the totals.
    pub(super) async fn finish(self, totals: Totals) {
        let finished = async {
            // It ends by nothing else.
            let _ = self.said.send(Said::Totals(totals)).await;
            self.ended.await
        };
        let _ = tokio::time::timeout(PATIENCE, finished).await;
    }
}

/// Writes what comes until there are totals, then the events that happened before, and the totals.
async fn print_until_totals(
    page: &mut Page,
    events: &mut Option<Receiver<Event>>,
    told: &mut mpsc::Receiver<Said>,
) {
    let totals = loop {
        tokio::select! {
            event = next(events) => {
                match event {
                    Ok(event) => page.put(&event),
                    Err(RecvError::Lagged(count)) => page.put(&Missed { count }),
                    Err(RecvError::Closed) => *events = None,
                }
                put_waiting(page, events);
                page.turn();
                std::thread::sleep(REST);
            }
            said = told.recv() => match said {
                Some(Said::Second(second)) => {
                    page.put_line(&second);
                    page.turn();
                }
                Some(Said::Totals(totals)) => break totals,
                None => return,
            },
        }
    };
    put_waiting(page, events);
    page.put(&totals);
    page.turn();
}

/// Puts on the page the events that wait: no more than there are now, since traffic may go on.
fn put_waiting(page: &mut Page, events: &mut Option<Receiver<Event>>) {
    let Some(events) = events else { return };
    for _ in 0..events.len() {
        match events.try_recv() {
            Ok(event) => page.put(&event),
            Err(TryRecvError::Lagged(count)) => page.put(&Missed { count }),
            Err(TryRecvError::Empty | TryRecvError::Closed) => break,
        }
    }
}

/// The next event, for which one waits for ever where there are none.
async fn next(events: &mut Option<Receiver<Event>>) -> Result<Event, RecvError> {
    match events {
        Some(events) => events.recv().await,
        None => pending().await,
    }
}

/// How many events were not read fast enough.
#[derive(Serialize)]
#[serde(tag = "event", rename = "missed")]
struct Missed {
    count: u64,
}

impl Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} events missed, since they were not read fast enough", self.count)
    }
}
