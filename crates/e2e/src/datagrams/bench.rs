//! All trials of one client.

use std::net::SocketAddr;

use super::{Client, Condition, trial::Trial};
use crate::bench::{carry_out, case, outcome};

/// Tries each of `conditions` on the name server at `server`, in each direction that it has, and prints what the client
/// saw.
///
/// # Panics
/// If a condition did not show, or the client was not answered afterwards: with what is wrong and the gate's timeline,
/// for each such trial.
pub async fn each_condition<C: Client>(
    conditions: impl IntoIterator<Item = Condition>,
    server: SocketAddr,
) {
    let cases = conditions.into_iter().flat_map(|condition| {
        let directions = condition.directions();
        directions.into_iter().map(move |direction| (condition.clone(), direction))
    });
    let trials = cases.map(|(condition, direction)| async move {
        let case = case(C::NAME, &condition, direction);
        match Trial::<C>::new(condition, direction, server) {
            Ok(trial) => outcome(&case, trial.run().await, trial.timeline()),
            Err(error) => outcome(&case, Err(error.into()), Vec::new()),
        }
    });
    carry_out(trials).await;
}
