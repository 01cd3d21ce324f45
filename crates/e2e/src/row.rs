//! A row of a list of conditions.

use std::fmt;

use chaosgate::{Direction, FaultSpec, Idle, Lifetime, Totals};
use chaosgate_trial::{Cause, Condition, Limits, Phase, Sight, Strike, Trial};

use crate::expected::Expected;
use crate::gated::{Client, Gated};
use crate::verdict::{Verdict, Wrong, unless_equal};

/// A condition, and what a client must see of it that does a `D` meanwhile.
#[derive(Debug, Clone)]
pub struct Row<D> {
    /// What goes wrong.
    pub condition: Condition,
    /// What the client does then.
    pub deed: D,
    /// What it must see; without the cause it sees something else.
    pub expected: Expected,
}

impl<D> Row<D> {
    pub(crate) fn new(condition: &Condition, deed: D, expected: Expected) -> Self {
        Self { condition: condition.clone(), deed, expected }
    }

    /// The condition with another fault in its place.
    pub(crate) fn fault(
        condition: &Condition,
        fault: &'static str,
        deed: D,
        expected: Expected,
    ) -> Self {
        let cause = Cause::fault(fault);
        Self { condition: Condition { cause, ..condition.clone() }, deed, expected }
    }

    /// The same, striking while the client waits for an answer.
    pub(crate) fn in_a_message(mut self) -> Self {
        self.condition.phase = Phase::MidMessage;
        self
    }

    /// The same on a network that does not fail.
    pub(crate) fn without_cause(mut self) -> Self {
        self.condition = self.condition.without_cause();
        self
    }

    /// The fault, if it is one.
    pub(crate) fn spec(&self) -> Option<FaultSpec> {
        let entry = self.condition.cause.first().entry().ok().flatten();
        entry.map(|entry| entry.fault().clone())
    }

    /// Its trial. A fault must hit once at least.
    pub(crate) fn trial<'a, C: Client>(
        &'a self,
        gated: &'a Gated<C>,
        direction: Option<Direction>,
        limits: Limits,
    ) -> Trial<'a> {
        let hits = self.condition.cause.least_hits();
        Trial { gate: &gated.gate, condition: &self.condition, direction, hits, limits }
    }

    /// What is the same for all clients: the client saw what it must, the fault has hit, and not
    /// too soon.
    pub(crate) fn check(&self, strike: &Strike<Sight>) -> Verdict {
        let sight = &strike.seen;
        if !self.expected.is_met(sight) {
            let (expected, sight) = (self.expected.to_string(), sight.clone());
            return Err(Wrong::NotShown { expected, sight });
        }
        unless_equal(
            "whether the fault has hit",
            &(strike.hits >= self.condition.cause.least_hits()),
            &true,
        )?;
        match self.spec() {
            Some(
                FaultSpec::Lifetime(Lifetime { timeout, .. })
                | FaultSpec::Idle(Idle { timeout, .. }),
            ) if sight.took < timeout => Err(Wrong::TooSoon(sight.took)),
            _ => Ok(()),
        }
    }
}

/// How many bytes of these totals were passed on in one direction, or in both.
pub(crate) fn sent(totals: &Totals, direction: Option<Direction>) -> u64 {
    let both = || totals.to_server.sent + totals.to_client.sent;
    direction.map_or_else(both, |way| totals.of(way).sent)
}

impl<D> fmt::Display for Row<D> {
    /// `latency (latency:delay=100ms)`, `close-connections (close_connections=fin) in a message`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Condition { slug, cause, phase, .. } = &self.condition;
        write!(f, "{slug} ({cause})")?;
        if *phase == Phase::MidMessage { write!(f, " {phase}") } else { Ok(()) }
    }
}
