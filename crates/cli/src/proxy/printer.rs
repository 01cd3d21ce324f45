//! What writes the events, on a thread of its own: a reader that does not read holds up neither the
//! gate nor its end.

use std::fmt::{self, Display};
use std::io;
use std::time::Duration;

use chaosgate::Event;
use serde::Serialize;
use tokio::runtime::Handle;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::oneshot;

use super::report::{Beginning, Totals};
use crate::output::print_line;

/// How long the end waits for a reader that does not read.
const PATIENCE: Duration = Duration::from_millis(500);

/// Writes what happens at a gate.
pub(super) struct Printer {
    totals: oneshot::Sender<Totals>,
    ended: oneshot::Receiver<io::Result<()>>,
}

impl Printer {
    /// Writes the beginning, and from then on the events, an object a line `for_machines`.
    pub(super) fn start(
        for_machines: bool,
        beginning: Beginning,
        mut events: Receiver<Event>,
    ) -> io::Result<Self> {
        let (totals, last) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        let runtime = Handle::current();
        let print = async move {
            write(for_machines, &beginning)?;
            let last = print_until(for_machines, &mut events, last).await?;
            write(for_machines, &last)
        };
        std::thread::Builder::new().name("printer".to_owned()).spawn(move || {
            // Nobody waits for it any more if the command has given up.
            let _ = end.send(runtime.block_on(print));
        })?;
        Ok(Printer { totals, ended })
    }

    /// Waits until it has ended by itself, since nobody reads any more.
    pub(super) async fn ended(&mut self) -> io::Result<()> {
        (&mut self.ended).await.unwrap_or(Ok(()))
    }

    /// Writes the events that are left, and the totals.
    pub(super) async fn finish(mut self, totals: Totals) -> io::Result<()> {
        // If it has ended already, then that is the result.
        let _ = self.totals.send(totals);
        tokio::time::timeout(PATIENCE, &mut self.ended)
            .await
            .map_or(Ok(()), |result| result.unwrap_or(Ok(())))
    }
}

/// Writes events until there are totals, and then those that happened before.
async fn print_until(
    for_machines: bool,
    events: &mut Receiver<Event>,
    mut totals: oneshot::Receiver<Totals>,
) -> io::Result<Totals> {
    let totals = loop {
        tokio::select! {
            event = events.recv() => match event {
                Ok(event) => write(for_machines, &event)?,
                Err(RecvError::Lagged(count)) => write(for_machines, &Missed { count })?,
                // The gate has gone, so the totals are on their way.
                Err(RecvError::Closed) => break (&mut totals).await,
            },
            totals = &mut totals => break totals,
        }
    };
    // No more than there are now, since traffic may go on.
    for _ in 0..events.len() {
        match events.try_recv() {
            Ok(event) => write(for_machines, &event)?,
            Err(TryRecvError::Lagged(count)) => write(for_machines, &Missed { count })?,
            Err(TryRecvError::Empty | TryRecvError::Closed) => break,
        }
    }
    totals.map_err(|_| io::ErrorKind::BrokenPipe.into())
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

fn write(for_machines: bool, what: &(impl Display + Serialize)) -> io::Result<()> {
    if for_machines { print_line(serde_json::to_string(what)?) } else { print_line(what) }
}
