//! One condition on one direction: shown, healed, and the client answered again.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use chaosgate::{
    Accepting, ClosedBy, Direction, EntrySpec, Event, FaultSpec, How, Idle, Lifetime, Stall,
    StartError, What,
};
use tokio::sync::broadcast::Receiver;

use super::{Client, Condition, Expected, Probe, gated::Gated};
use crate::{
    Cause, Sight,
    aftermath::{recover, stop},
    gated::{LIMIT, sent},
    trial::Passed,
    wrong::{Wrong, unless_equal},
};

/// A client behind a gate that is about to fail.
pub(super) struct Trial<C> {
    condition: Condition,
    /// What this client must see of it.
    expected: Expected,
    direction: Option<Direction>,
    gated: Gated<C>,
}

impl<C: Client> Trial<C> {
    pub(super) fn new(
        condition: Condition,
        direction: Option<Direction>,
        server: SocketAddr,
    ) -> Result<Self, StartError> {
        let expected = match condition.expected {
            Expected::Refused if !C::HEARS_REFUSALS => Expected::NoAnswer,
            expected => expected,
        };
        Ok(Self { condition, expected, direction, gated: Gated::before(server)? })
    }

    /// What happened at the gate.
    pub(super) fn timeline(&self) -> Vec<Event> {
        self.gated.gate.events()
    }

    /// Shows the condition, heals the gate, and proves that the client is answered again.
    pub(super) async fn run(&self) -> Result<Passed, Wrong> {
        let well = self.gated.probe(Probe::Question, LIMIT).await;
        if well.outcome.is_err() {
            return Err(Wrong::Unwell(well));
        }
        let sight = match &self.condition.cause {
            Cause::Accepting(accepting) => self.take_datagrams_in(*accepting).await?,
            Cause::Call(how) => self.close_connections(*how).await?,
            Cause::Fault(fault) => self.set_fault(fault).await?,
        };
        if !self.expected.is_met(&sight) {
            return Err(Wrong::NotShown { expected: self.expected.to_string(), sight });
        }
        self.gated.gate.heal()?;
        let patience = self.expected.patience_when_healed(C::BRIEF);
        let ask = || self.gated.ask(self.condition.probe, patience);
        let recovery = recover(patience, ask).await?;
        let ends = stop(&self.gated.gate).await?;
        self.check_ends(ends)?;
        Ok(Passed { sight, recovery })
    }

    /// No fault ended a connection that should not.
    fn check_ends(&self, ends: Vec<(ClosedBy, How)>) -> Result<(), Wrong> {
        let by_fault = |(by, _): &_| matches!(by, ClosedBy::Fault { .. });
        match ends.into_iter().find(by_fault) {
            Some((by, how)) if self.expected != Expected::Ended => Err(Wrong::Closed { by, how }),
            _ => Ok(()),
        }
    }

    /// Takes datagrams in another way: none that comes now gets in.
    async fn take_datagrams_in(&self, accepting: Accepting) -> Result<Sight, Wrong> {
        let before = self.gated.settled().await?;
        self.gated.gate.set_accepting(accepting)?;
        let sight = self.ask().await;
        let after = self.gated.gate.totals();
        unless_equal("clients accepted", &after.accepted, &before.accepted)?;
        unless_equal("bytes to the server", &after.to_server, &before.to_server)?;
        Ok(sight)
    }

    /// Closes the connections: while an answer is under way, or before the next question.
    async fn close_connections(&self, how: How) -> Result<Sight, Wrong> {
        let gate = &self.gated.gate;
        let close =
            || unless_equal("whether any was closed", &(gate.close_connections(how) > 0), &true);
        if self.condition.probe == Probe::Question {
            close()?;
            return Ok(self.ask().await);
        }
        let held = gate.to_client().add(Stall {})?;
        let (sight, closed) = tokio::join!(self.ask(), async {
            held.wait_for_hits(1, LIMIT).await?;
            close()
        });
        closed.and(Ok(sight))
    }

    /// Adds a fault. It must hit; what ends connections must end that of the question; and where nothing comes through,
    /// nothing may.
    async fn set_fault(&self, fault: &EntrySpec) -> Result<Sight, Wrong> {
        let gate = &self.gated.gate;
        let before = self.gated.settled().await?;
        let mut events = gate.subscribe();
        let begin = Instant::now();
        if self.condition.probe == Probe::Unanswered {
            gate.to_client().add(Stall {})?;
        }
        let entry = self.gated.faults(self.direction).add(fault.clone())?;
        let sight = self.ask().await;
        entry.wait_for_hits(1, LIMIT).await?;
        if self.expected == Expected::Ended {
            self.wait_for_end(&mut events, before.accepted).await?;
        }
        if self.condition.lets_nothing_pass() {
            let [before, after] =
                [before, gate.totals()].map(|totals| sent(&totals, self.direction));
            unless_equal("bytes passed on", &after, &before)?;
        }
        let took = begin.elapsed();
        match fault.fault() {
            FaultSpec::Lifetime(Lifetime { timeout, .. })
            | FaultSpec::Idle(Idle { timeout, .. })
                if took < *timeout =>
            {
                Err(Wrong::TooSoon(took))
            }
            _ => Ok(sight),
        }
    }

    /// Waits until the fault has ended a connection later than the first `earlier` ones.
    async fn wait_for_end(&self, events: &mut Receiver<Event>, earlier: u64) -> Result<(), Wrong> {
        let ended = async {
            while let Ok(Event { connection, what, .. }) = events.recv().await {
                if let What::Closed { by: ClosedBy::Fault { direction, .. }, .. } = what
                    && connection.is_some_and(|number| number > earlier)
                    && Some(direction) == self.direction
                {
                    return;
                }
            }
        };
        tokio::time::timeout(LIMIT, ended).await.map_err(|_| Wrong::NotEnded(LIMIT))
    }

    async fn ask(&self) -> Sight {
        self.gated.probe(self.condition.probe, self.patience()).await
    }

    fn patience(&self) -> Duration {
        self.expected.patience(C::BRIEF)
    }
}
