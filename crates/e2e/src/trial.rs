//! One condition on one direction: shown, healed, and the service recovered.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use chaosgate::{
    Accepting, ClosedBy, Direction, EntrySpec, Event, FaultSpec, How, Idle, Lifetime, Stall,
    StartError,
};

use crate::{
    Cause, Condition, Gated, Probe, Service, Sight,
    aftermath::recover,
    gated::LIMIT,
    observe,
    wrong::{Wrong, unless_equal},
};

/// A service behind a gate that is about to fail.
pub(crate) struct Trial<S> {
    condition: Condition,
    direction: Option<Direction>,
    gated: Gated<S>,
}

/// What came of a trial that went as it should.
#[derive(Debug)]
pub(crate) struct Passed {
    /// What the client saw of the condition.
    pub(crate) sight: Sight,
    /// How long it took to recover after the gate had healed.
    pub(crate) recovery: Duration,
}

impl<S: Service> Trial<S> {
    pub(crate) fn new(
        condition: Condition,
        direction: Option<Direction>,
        server: SocketAddr,
    ) -> Result<Self, StartError> {
        Ok(Self { condition, direction, gated: Gated::before(server)? })
    }

    /// What happened at the gate.
    pub(crate) fn timeline(&self) -> Vec<Event> {
        self.gated.gate.events()
    }

    /// Shows the condition, heals the gate, and proves that the service recovers.
    pub(crate) async fn run(&self) -> Result<Passed, Wrong> {
        self.is_well().await?;
        let before = self.gated.connections();
        let sight = match &self.condition.cause {
            Cause::Accepting(accepting) => self.take_clients_in(*accepting).await?,
            Cause::Call(how) => self.close_connections(*how).await?,
            Cause::Fault(fault) => self.set_fault(fault).await?,
        };
        let expected = self.condition.expected;
        if !expected.is_met(&sight) {
            return Err(Wrong::NotShown { expected: expected.to_string(), sight });
        }
        self.gated.gate.heal()?;
        let ask = || self.gated.service.ask();
        let recovery = recover(expected.patience_when_healed(), ask).await?;

        self.gated.wait_for_one_connection().await?;
        let after = self.gated.connections();
        let ends = self.gated.leave_nothing_behind().await?;
        self.check_connections(&before, &after, &ends)?;
        Ok(Passed { sight, recovery })
    }

    /// The connection of before must be gone because of the condition; or, if it keeps that, only peers may have closed
    /// any.
    fn check_connections(
        &self,
        before: &[u64],
        after: &[u64],
        ends: &[(ClosedBy, How)],
    ) -> Result<(), Wrong> {
        let is_by_peer = |(by, _): &&_| matches!(by, ClosedBy::Client | ClosedBy::Server);
        if self.condition.keeps_connection() {
            return match ends.iter().find(|end| !is_by_peer(end)) {
                Some((by, how)) => Err(Wrong::Closed { by: by.clone(), how: *how }),
                None => Ok(()),
            };
        }
        let kept = before.iter().filter(|number| after.contains(number)).count();
        unless_equal("connections kept", &kept, &0)?;
        match self.condition.end(self.direction) {
            Some((by, how)) if !ends.contains(&(by.clone(), how)) => {
                Err(Wrong::NotClosed { by, how })
            }
            _ => Ok(()),
        }
    }

    /// Takes new clients in another way: the connection that stands goes on, and another one shows it.
    async fn take_clients_in(&self, accepting: Accepting) -> Result<Sight, Wrong> {
        let gate = &self.gated.gate;
        gate.set_accepting(accepting)?;
        self.is_well().await?;
        self.gated.close_kept_connections().await?;
        let before = gate.totals();
        let sight = self.ask().await;
        let after = gate.totals();
        unless_equal("clients connected to the server", &after.connected, &before.connected)?;
        if matches!(accepting, Accepting::Hold | Accepting::Refuse | Accepting::Timeout) {
            unless_equal("clients accepted", &after.accepted, &before.accepted)?;
        }
        Ok(sight)
    }

    /// Closes the one connection: while its client waits for an answer, or before it asks.
    async fn close_connections(&self, how: How) -> Result<Sight, Wrong> {
        let gate = &self.gated.gate;
        let close = || unless_equal("connections closed", &gate.close_connections(how), &1);
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

    /// Adds a fault. It must hit, and those that count must be exact.
    async fn set_fault(&self, fault: &EntrySpec) -> Result<Sight, Wrong> {
        let gate = &self.gated.gate;
        if matches!(fault.fault(), FaultSpec::LimitBytes(_)) {
            // What a connection has passed on is sure only once it has ended.
            self.gated.close_kept_connections().await?;
        }
        let before = self.gated.passed_on(self.direction);
        let begin = Instant::now();
        if self.condition.probe == Probe::HeldQuestion {
            gate.to_client().add(Stall {})?;
        }
        let entry = self.gated.faults(self.direction).add(fault.clone())?;
        let sight = self.probe().await?;
        let took = begin.elapsed();
        entry.wait_for_hits(1, LIMIT).await?;
        match fault.fault() {
            FaultSpec::Lifetime(Lifetime { timeout, .. })
            | FaultSpec::Idle(Idle { timeout, .. })
                if took < *timeout =>
            {
                Err(Wrong::TooSoon(took))
            }
            FaultSpec::LimitBytes(limit) => {
                gate.wait_for_no_connections(LIMIT).await?;
                let passed_on = self.gated.passed_on(self.direction) - before;
                unless_equal("bytes passed on", &passed_on, &limit.bytes.get()).and(Ok(sight))
            }
            _ => Ok(sight),
        }
    }

    /// Does what shows a fault.
    async fn probe(&self) -> Result<Sight, Wrong> {
        let patience = self.condition.expected.patience();
        let service = &self.gated.service;
        let is_to_server = self.direction == Some(Direction::ToServer);
        Ok(match self.condition.probe {
            Probe::Question | Probe::HeldQuestion => self.ask().await,
            Probe::Transfer if is_to_server => observe(patience, service.upload()).await,
            Probe::Transfer => observe(patience, service.download()).await,
            Probe::Farewell if is_to_server => {
                // The client has gone; that its connection goes later, only the server and the gate see.
                let begin = Instant::now();
                self.gated.close_kept_connections().await?;
                Sight { outcome: Ok(()), took: begin.elapsed() }
            }
            Probe::Farewell => observe(patience, service.farewell()).await,
        })
    }

    async fn ask(&self) -> Sight {
        observe(self.condition.expected.patience(), self.gated.service.ask()).await
    }

    /// Asks where nothing hinders.
    async fn is_well(&self) -> Result<(), Wrong> {
        let sight = observe(LIMIT, self.gated.service.ask()).await;
        if sight.outcome.is_ok() { Ok(()) } else { Err(Wrong::Unwell(sight)) }
    }
}
