//! All trials of one service, and how the outcome of each is told.

use std::{fmt::Write, future::Future, net::SocketAddr, sync::Arc};

use chaosgate::{Direction, Event};
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    Service, conditions,
    trial::{Passed, Trial},
    wrong::Wrong,
};

/// So many trials at a time: most of each is waiting.
const AT_ONCE: usize = 8;

/// Tries every condition on the server at `server`, in each direction that it has, and prints what the client saw.
///
/// # Panics
/// If a condition did not show, or the client did not recover, or the gate was left with anything: with what is wrong
/// and the gate's timeline, for each such trial.
pub async fn every_condition<S: Service>(server: SocketAddr) {
    let cases = conditions().into_iter().flat_map(|condition| {
        let directions = condition.directions();
        directions.into_iter().map(move |direction| (condition.clone(), direction))
    });
    let trials = cases.map(|(condition, direction)| async move {
        let case = case(S::NAME, &condition, direction);
        match Trial::<S>::new(condition, direction, server) {
            Ok(trial) => outcome(&case, trial.run().await, trial.timeline()),
            Err(error) => outcome(&case, Err(error.into()), Vec::new()),
        }
    });
    carry_out(trials).await;
}

/// Carries out trials, several at a time, and prints the row of each.
///
/// # Panics
/// If any went wrong: with all that did.
pub(crate) async fn carry_out<T>(trials: impl IntoIterator<Item = T>)
where
    T: Future<Output = Result<String, String>> + Send + 'static,
{
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut begun = JoinSet::new();
    for (number, trial) in trials.into_iter().enumerate() {
        let permits = permits.clone();
        begun.spawn(async move {
            // Never closed, so there is always one to come.
            let _permit = permits.acquire().await;
            (number, trial.await)
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

/// What is tried, on whom.
pub(crate) fn case(
    name: &str,
    condition: impl std::fmt::Display,
    direction: Option<Direction>,
) -> String {
    let way = direction.map_or("", Direction::as_str);
    format!("{name}: {condition} {way}")
}

/// The row of a trial that went as it should, or all that is known of one that did not.
pub(crate) fn outcome(
    case: &str,
    passed: Result<Passed, Wrong>,
    timeline: Vec<Event>,
) -> Result<String, String> {
    let wrong = match passed {
        Ok(Passed { sight, recovery }) => {
            let sight = sight.to_string();
            return Ok(format!("{case:<75} {sight:<30} recovered in {recovery:.0?}"));
        }
        Err(wrong) => wrong,
    };
    let mut failure = format!("\n{case}: {wrong}\n");
    for event in timeline {
        // Writing to a string cannot fail.
        let _ = writeln!(failure, "    {event}");
    }
    Err(failure)
}
