//! One condition against one service: well, struck, healed, recovered.

use chaosgate::{AcceptingError, AnyGate, Direction, Event, Stall, WaitError};
use tokio::time::Instant;

use crate::applied::Applied;
use crate::cause::CauseError;
use crate::condition::{Condition, Phase};
use crate::recovery::{Limits, NotRecovered, Recovery, recovers};
use crate::sight::{Sight, observe};
use crate::strike::Strike;
use crate::subject::Subject;

/// One condition against one service, in one direction.
#[derive(Debug, Clone, Copy)]
pub struct Trial<'a> {
    /// The gate before the service's server.
    pub gate: &'a AnyGate,
    /// What goes wrong.
    pub condition: &'a Condition,
    /// The direction in which it does, if it has one.
    pub direction: Option<Direction>,
    /// How many hits are waited for, no longer than the service has to recover. What is missing is
    /// seen in the [count](Strike::hits).
    pub hits: u64,
    /// When the service counts as recovered.
    pub limits: Limits,
}

/// What came of a trial.
#[derive(Debug, Clone)]
pub struct Report<V> {
    /// What was made of what was seen.
    pub verdict: V,
    /// Whether the service recovered once the gate had healed.
    pub recovery: Result<Recovery, NotRecovered>,
    /// What happened at the gate meanwhile.
    pub timeline: Vec<Event>,
}

/// Why there was no trial.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrialError {
    /// The service did not even work before.
    #[error("on a network that did not fail, the client saw \"{0}\"")]
    Unwell(Sight),
    /// The cause could not be brought about.
    #[error(transparent)]
    Cause(#[from] CauseError),
    /// An answer that was to be held back, or connections that were to end before the strike.
    #[error("the cause could not strike {phase}: {source}")]
    Phase {
        /// When it was to strike.
        phase: Phase,
        /// What did not come.
        source: WaitError,
    },
    /// The gate cannot heal.
    #[error(transparent)]
    Heal(#[from] AcceptingError),
}

impl Trial<'_> {
    /// Asks the service, has the cause strike, waits for its hits, has what was seen judged, heals
    /// the gate, and asks until the service has recovered.
    ///
    /// # Errors
    ///
    /// [`TrialError`] if it was not well before, or the cause cannot be brought about on this gate,
    /// which is healed all the same. A trial that is given up in the middle, or whose subject panics,
    /// leaves the gate as it is.
    pub async fn run<S: Subject>(&self, subject: &mut S) -> Result<Report<S::Verdict>, TrialError> {
        let Trial { gate, limits, .. } = self;
        let begun = gate.events().last().map_or(0, |event| event.number);
        let well = observe(limits.within, subject.begin()).await;
        if well.answer.is_err() {
            return Err(TrialError::Unwell(well));
        }
        let judged = self.fail(subject).await;
        gate.heal()?;
        let verdict = judged?;
        let recovery = recovers(*limits, subject).await;
        Ok(Report { verdict, recovery, timeline: gate.events_since(begun) })
    }

    /// Makes the network fail, and has what was seen judged.
    async fn fail<S: Subject>(&self, subject: &mut S) -> Result<S::Verdict, TrialError> {
        let Trial { gate, limits, .. } = self;
        if self.condition.phase == Phase::BeforeConnecting {
            subject.disconnect(gate);
            self.in_time(gate.wait_for_no_connections(limits.within).await)?;
        }
        let before = gate.totals();
        let (seen, applied) = self.strike(subject).await?;
        // What is missing is seen in the count.
        let _ = applied.wait_for_hits(self.hits, limits.within).await;
        let strike = Strike { seen, hits: applied.hits(), before, after: gate.totals() };
        let verdict = subject.judge(strike).await;
        applied.end().await?;
        Ok(verdict)
    }

    /// Has the cause strike in its phase, and sees what comes of it.
    async fn strike<S: Subject>(&self, subject: &mut S) -> Result<(S::Seen, Applied), TrialError> {
        let apply = || self.condition.cause.apply(self.gate, self.direction);
        if self.condition.phase != Phase::MidMessage {
            // Not behind it: what lasts for so long from the strike on is never seen to last less.
            let struck = Instant::now();
            let applied = apply()?;
            return Ok((subject.act(struck).await, applied));
        }
        let hold = self.gate.to_client().add(Stall {}).map_err(CauseError::from)?;
        let strike = async {
            self.in_time(hold.wait_for_hits(1, self.limits.within).await)?;
            Ok::<_, TrialError>(apply()?)
        };
        let (seen, applied) = tokio::join!(subject.act(Instant::now()), strike);
        Ok((seen, applied?))
    }

    fn in_time(&self, waited: Result<(), WaitError>) -> Result<(), TrialError> {
        waited.map_err(|source| TrialError::Phase { phase: self.condition.phase, source })
    }
}
