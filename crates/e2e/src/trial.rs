//! One condition of streams in one direction: shown, healed, and the service recovered.

use std::sync::Arc;

use chaosgate::{Accepting, AnyGate, ClosedBy, Direction, FaultSpec, How};
use chaosgate_trial::{
    Change, Failure, Limits, Probe, Sight, Strike, Subject, TrialError, observe,
};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use crate::closings::stop;
use crate::expected::Expected;
use crate::gated::{Gated, LIMIT};
use crate::row::{Row, sent};
use crate::service::Service;
use crate::table::Deed;
use crate::verdict::{Passed, Verdict, Wrong, unless_equal};

/// A service behind a gate that is about to fail.
struct Tried<'a, S> {
    row: &'a Row<Deed>,
    direction: Option<Direction>,
    gated: &'a Gated<S>,
}

/// Shows the condition, heals the gate, and proves that the service recovers.
pub(crate) async fn run<S: Service>(
    gated: Arc<Gated<S>>,
    row: Row<Deed>,
    direction: Option<Direction>,
) -> Verdict<Passed> {
    let mut tried = Tried { row: &row, direction, gated: &gated };
    if let Change::Accept(accepting) = row.condition.cause.first() {
        tried.keeps_what_stands(*accepting).await?;
    }
    let patience = row.expected.patience_when_healed(S::BRIEF);
    let limits = Limits { patience, ..Limits::within(LIMIT) };
    let report = row.trial(&gated, direction, limits).run(&mut tried).await?;
    let strike = report.verdict?;
    let recovery = report.recovery?;
    tried.wait_for_one_connection().await?;
    let kept = gated.connections().iter().any(|number| *number <= strike.before.accepted);
    gated.client.forget();
    gated.gate.wait_for_no_connections(LIMIT).await?;
    tried.check_connections(kept, &stop(&gated.gate).await?)?;
    Ok(Passed { sight: strike.seen, recovery })
}

impl<S: Service> Probe for Tried<'_, S> {
    fn ask(&mut self) -> impl Future<Output = Result<(), Failure>> + Send {
        self.gated.client.ask()
    }
}

impl<S: Service> Subject for Tried<'_, S> {
    type Seen = Sight;
    type Verdict = Verdict<Strike<Sight>>;

    fn disconnect(&mut self, _: &AnyGate) {
        self.gated.client.forget();
    }

    async fn act(&mut self, _: Instant) -> Sight {
        let patience = self.row.expected.patience(S::BRIEF);
        let Gated { client, gate } = self.gated;
        match (self.row.deed, self.direction) {
            (Deed::Ask, _) => observe(patience, client.ask()).await,
            (Deed::Transfer, Some(Direction::ToServer)) => observe(patience, client.upload()).await,
            (Deed::Transfer, _) => observe(patience, client.download()).await,
            (Deed::Farewell, Some(Direction::ToServer)) => {
                // The client has gone; that its connection goes later, only the server and the gate
                // see.
                client.forget();
                let gone = async {
                    let gone = gate.wait_for_no_connections(LIMIT).await;
                    gone.map_err(|error| Failure::Other(error.to_string()))
                };
                observe(patience, gone).await
            }
            (Deed::Farewell, _) => observe(patience, client.farewell()).await,
        }
    }

    async fn judge(&mut self, strike: Strike<Sight>) -> Self::Verdict {
        self.row.check(&strike)?;
        let Strike { before, after, .. } = &strike;
        match self.row.condition.cause.first() {
            Change::Accept(Accepting::Accept) => {}
            Change::Accept(accepting) => {
                let connected = "clients connected to the server";
                unless_equal(connected, &after.connected, &before.connected)?;
                if matches!(accepting, Accepting::Hold | Accepting::Refuse | Accepting::Timeout) {
                    unless_equal("clients accepted", &after.accepted, &before.accepted)?;
                }
            }
            _ => {}
        }
        if let Some(FaultSpec::LimitBytes(limit)) = self.row.spec() {
            // What a connection has passed on is sure only once it has ended.
            self.gated.gate.wait_for_no_connections(LIMIT).await?;
            let after = self.gated.gate.totals();
            let passed_on = sent(&after, self.direction) - sent(before, self.direction);
            unless_equal("bytes passed on", &passed_on, &limit.bytes.get())?;
        }
        Ok(strike)
    }
}

impl<S: Service> Tried<'_, S> {
    /// A connection that stands goes on, however new clients are taken.
    async fn keeps_what_stands(&self, accepting: Accepting) -> Verdict {
        let Gated { client, gate } = self.gated;
        for accepting in [Accepting::Accept, accepting, Accepting::Accept] {
            gate.set_accepting(accepting).map_err(TrialError::from)?;
            let sight = observe(LIMIT, client.ask()).await;
            unless_equal("what a connection that stands sees", &sight.answer, &Ok(()))?;
        }
        unless_equal("clients accepted", &gate.totals().accepted, &1)
    }

    /// Waits until there is only the connection of the client that has recovered.
    async fn wait_for_one_connection(&self) -> Verdict {
        let gate = &self.gated.gate;
        let mut events = gate.subscribe();
        let one = async {
            // Missed events are as good as any: the look that follows sees their effect.
            while gate.connection_count() != 1 && events.recv().await != Err(RecvError::Closed) {}
        };
        let waited = tokio::time::timeout(LIMIT, one).await;
        waited.or_else(|_| unless_equal("connections", &gate.connection_count(), &1))
    }

    /// The connection of before must be gone because of the condition; or, if the client keeps
    /// that, only peers may have closed any.
    fn check_connections(&self, kept: bool, ends: &[(ClosedBy, How)]) -> Verdict {
        let is_by_peer = |(by, _): &&_| matches!(by, ClosedBy::Client | ClosedBy::Server);
        if matches!(self.row.expected, Expected::Late(_)) {
            return match ends.iter().find(|end| !is_by_peer(end)) {
                Some((by, how)) => Err(Wrong::Closed { by: by.clone(), how: *how }),
                None => Ok(()),
            };
        }
        unless_equal("whether the connection of before was kept", &kept, &false)?;
        match self.end() {
            Some(end) if !ends.contains(&end) => Err(Wrong::NotClosed { by: end.0, how: end.1 }),
            _ => Ok(()),
        }
    }

    /// How the gate ends connections because of the condition, if it does.
    fn end(&self) -> Option<(ClosedBy, How)> {
        match self.row.condition.cause.first() {
            Change::Accept(Accepting::Reset | Accepting::Mute) => {
                Some((ClosedBy::Accepting, How::Reset))
            }
            Change::Close(how) => Some((ClosedBy::Call, *how)),
            Change::Accept(_) | Change::Remove => None,
            Change::Add(_) => {
                let how = match self.row.expected {
                    Expected::Closed | Expected::CutOff => How::Fin,
                    Expected::Reset => How::Reset,
                    _ => return None,
                };
                let name = self.row.spec()?.type_name().to_owned();
                Some((ClosedBy::Fault { direction: self.direction?, name }, how))
            }
        }
    }
}
