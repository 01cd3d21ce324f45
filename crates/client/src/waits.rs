//! Calls that wait.

use std::time::{Duration, Instant};

use chaosgate::units::duration;
use chaosgate::{ConnectionInfo, Direction, Event};
use chaosgate_api::{Hits, LONGEST_WAIT, Operation, Parameter};
use serde::de::DeserializeOwned;

use crate::client::{Call, Client};
use crate::error::Error;

/// Waiting. A call waits for five seconds at most: for a longer time the daemon is asked again. When the time is
/// over the answer is what there is.
#[expect(clippy::missing_errors_doc, reason = "`Error` tells it for all")]
impl Client {
    /// The connections that stand, when there are so many or the time is over.
    pub fn connections(
        &self,
        gate: &str,
        at_least: usize,
        time: Duration,
    ) -> Result<Vec<ConnectionInfo>, Error> {
        let call =
            Call::of(Operation::ListConnections, &[gate]).asking(Parameter::AtLeast, at_least);
        self.wait(time, &call, |connections: &Vec<_>| connections.len() >= at_least)
    }

    /// How often a fault has done something to traffic, when that is so often or the time is over.
    pub fn hits(
        &self,
        gate: &str,
        direction: Direction,
        fault: &str,
        at_least: u64,
        time: Duration,
    ) -> Result<u64, Error> {
        let names = [gate, direction.as_str(), fault];
        let call = Call::of(Operation::ReadHits, &names).asking(Parameter::AtLeast, at_least);
        let hits: Hits = self.wait(time, &call, |hits: &Hits| hits.hits >= at_least)?;
        Ok(hits.hits)
    }

    /// The events after that of this number, when there are any or the time is over. Of what the gate remembers no
    /// more, the numbers are missing.
    pub fn events(&self, gate: &str, since: u64, time: Duration) -> Result<Vec<Event>, Error> {
        let call = Call::of(Operation::ReadEvents, &[gate]).asking(Parameter::Since, since);
        self.wait(time, &call, |events: &Vec<_>| !events.is_empty())
    }

    fn wait<T: DeserializeOwned>(
        &self,
        time: Duration,
        call: &Call<'_>,
        is_enough: impl Fn(&T) -> bool,
    ) -> Result<T, Error> {
        let begin = Instant::now();
        loop {
            let left = time.saturating_sub(begin.elapsed());
            let wait = duration::display(left.min(LONGEST_WAIT));
            let answer = self.call(&call.clone().asking(Parameter::Wait, wait))?;
            if left <= LONGEST_WAIT || is_enough(&answer) {
                return Ok(answer);
            }
        }
    }
}
