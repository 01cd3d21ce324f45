//! All trials of one service.

use std::{fmt::Write, net::SocketAddr, sync::Arc};

use chaosgate::Direction;
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    Condition, Service, conditions,
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
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut trials = JoinSet::new();
    let cases = conditions().into_iter().flat_map(|condition| {
        let directions = condition.directions();
        directions.into_iter().map(move |direction| (condition.clone(), direction))
    });
    for (number, (condition, direction)) in cases.enumerate() {
        let permits = permits.clone();
        trials.spawn(async move {
            // Never closed, so there is always one to come.
            let _permit = permits.acquire().await;
            (number, outcome::<S>(condition, direction, server).await)
        });
    }
    let mut outcomes = trials.join_all().await;
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

/// The row of a trial that went as it should, or all that is known of one that did not.
async fn outcome<S: Service>(
    condition: Condition,
    direction: Option<Direction>,
    server: SocketAddr,
) -> Result<String, String> {
    let way = direction.map_or("", Direction::as_str);
    let case = format!("{}: {condition} {way}", S::NAME);
    let (wrong, timeline) = match Trial::<S>::new(condition, direction, server) {
        Err(error) => (Wrong::Start(error), Vec::new()),
        Ok(trial) => match trial.run().await {
            Ok(Passed { sight, recovery }) => {
                let sight = sight.to_string();
                return Ok(format!("{case:<75} {sight:<30} recovered in {recovery:.0?}"));
            }
            Err(wrong) => (wrong, trial.timeline()),
        },
    };
    let mut failure = format!("\n{case}: {wrong}\n");
    for event in timeline {
        // Writing to a string cannot fail.
        let _ = writeln!(failure, "    {event}");
    }
    Err(failure)
}
