//! All trials of one client, and how the outcome of each is told.

use std::fmt::{Display, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use chaosgate::{Direction, Event};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::gated::{Client, Gated};
use crate::row::Row;
use crate::verdict::{Verdict, Wrong};

/// So many trials at a time: most of each is waiting.
const AT_ONCE: usize = 8;

/// How often a busy machine may make a network look as if it failed.
const TRIES: usize = 5;

/// Carries out the `trial` of each row in each of its directions, several at a time, each on a
/// client behind a gate of its own before the server at `server`; prints what the clients saw.
///
/// # Panics
///
/// If any went wrong: with all that did, and the timelines of their gates.
pub(crate) async fn try_all<C: Client, D, T, P>(
    server: SocketAddr,
    rows: impl IntoIterator<Item = Row<D>>,
    trial: impl Fn(Arc<Gated<C>>, Row<D>, Option<Direction>) -> T + Copy + Send + 'static,
) where
    D: Clone + Send + 'static,
    T: Future<Output = Verdict<P>> + Send,
    P: Display + Send,
{
    let trials = rows.into_iter().flat_map(|row| {
        let directions = row.condition.directions.iter();
        directions.map(move |direction| (row.clone(), *direction))
    });
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut begun = JoinSet::new();
    for (number, (row, direction)) in trials.enumerate() {
        let permits = permits.clone();
        begun.spawn(async move {
            // Never closed, so there is always one to come.
            let _permit = permits.acquire().await;
            let case = case(C::NAME, &row, direction);
            let outcome = match Gated::before(server).map(Arc::new) {
                Ok(gated) => match trial(gated.clone(), row, direction).await {
                    Ok(passed) => Ok(format!("{case:<75} {passed}")),
                    Err(wrong) => Err(failure(&case, &wrong, &gated.gate.events())),
                },
                Err(error) => Err(failure(&case, &error.into(), &[])),
            };
            (number, outcome)
        });
    }
    let mut outcomes = begun.join_all().await;
    outcomes.sort_by_key(|(number, _)| *number);

    let mut failures = String::new();
    for (_, outcome) in outcomes {
        match outcome {
            Ok(row) => println!("{row}"),
            Err(failure) => failures += &failure,
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// Carries out the `trial` of each row that does harm, on a network that does not fail. None may
/// show.
///
/// # Panics
///
/// If any shows.
pub(crate) async fn try_without_cause<C: Client, D, T, P>(
    server: SocketAddr,
    rows: impl IntoIterator<Item = Row<D>>,
    trial: impl Fn(Arc<Gated<C>>, Row<D>, Option<Direction>) -> T + Copy + Send + 'static,
) where
    D: Clone + Send + Sync + 'static,
    T: Future<Output = Verdict<P>> + Send,
    P: Send,
{
    let rows = rows.into_iter().filter(|row| !row.expected.is_harmless()).map(Row::without_cause);
    try_all(server, rows, move |_: Arc<Gated<C>>, row, direction| async move {
        for _ in 0..TRIES {
            let gated = Arc::new(Gated::before(server)?);
            match trial(gated, row.clone(), direction).await {
                Err(Wrong::NotShown { sight, .. }) => return Ok(sight),
                Err(other) => return Err(other),
                Ok(_) => {}
            }
        }
        Err(Wrong::ShowsByItself)
    })
    .await;
}

/// What is tried, on whom.
fn case(name: &str, condition: impl Display, direction: Option<Direction>) -> String {
    let way = direction.map_or("", Direction::as_str);
    format!("{name}: {condition} {way}")
}

/// All that is known of a trial that went wrong.
fn failure(case: &str, wrong: &Wrong, timeline: &[Event]) -> String {
    let mut failure = format!("\n{case}: {wrong}\n");
    for event in timeline {
        // Writing to a string cannot fail.
        let _ = writeln!(failure, "    {event}");
    }
    failure
}
