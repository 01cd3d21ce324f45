//! One condition of datagrams in one direction: shown, healed, and the client answered again.

use std::sync::Arc;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use chaosgate::{ClosedBy, Direction, Event, Volume, What};
use chaosgate_trial::{Change, Failure, Limits, Phase, Probe, Sight, Strike, Subject, observe};
use tokio::time::{Instant, timeout};

use super::resolver::{Question, Resolver};
use super::table::Deed;
use crate::closings::stop;
use crate::expected::Expected;
use crate::gated::{Gated, LIMIT};
use crate::row::{Row, sent};
use crate::verdict::{Passed, Verdict, Wrong, unless_equal};

/// A client behind a gate that is about to fail.
struct Tried<'a, C> {
    row: &'a Row<Deed>,
    direction: Option<Direction>,
    gated: &'a Gated<C>,
    asked: AtomicU8,
}

/// Shows the condition, heals the gate, and proves that the client is answered again.
pub(super) async fn run<C: Resolver>(
    gated: Arc<Gated<C>>,
    mut row: Row<Deed>,
    direction: Option<Direction>,
) -> Verdict<Passed> {
    if row.expected == Expected::Refused && !C::HEARS_REFUSALS {
        row.expected = Expected::NoAnswer;
    }
    let mut tried = Tried { row: &row, direction, gated: &gated, asked: AtomicU8::default() };
    // It is up to the client to give up.
    let limits = Limits::within(LIMIT);
    let report = row.trial(&gated, direction, limits).run(&mut tried).await?;
    let strike = report.verdict?;
    let recovery = report.recovery?;
    let mut ends = stop(&gated.gate).await?.into_iter();
    match row.condition.cause.first() {
        Change::Close(how) if !ends.any(|end| end == (ClosedBy::Call, *how)) => {
            return Err(Wrong::NotClosed { by: ClosedBy::Call, how: *how });
        }
        _ => {}
    }
    match ends.find(|(by, _)| matches!(by, ClosedBy::Fault { .. })) {
        Some((by, how)) if row.expected != Expected::Ended => Err(Wrong::Closed { by, how }),
        _ => Ok(Passed { sight: strike.seen, recovery }),
    }
}

impl<C: Resolver> Probe for Tried<'_, C> {
    fn ask(&mut self) -> impl Future<Output = Result<(), Failure>> + Send {
        self.act_with(self.row.deed, self.row.expected.patience_when_healed(C::BRIEF))
    }
}

impl<C: Resolver> Subject for Tried<'_, C> {
    type Seen = Sight;
    type Verdict = Verdict<Strike<Sight>>;

    async fn begin(&mut self) -> Result<(), Failure> {
        self.act_with(Deed::Ask, LIMIT).await?;
        self.settle().await;
        Ok(())
    }

    async fn act(&mut self, _: Instant) -> Sight {
        let patience = self.row.expected.patience(C::BRIEF);
        observe(patience + LIMIT, self.act_with(self.row.deed, patience)).await
    }

    async fn judge(&mut self, strike: Strike<Sight>) -> Self::Verdict {
        self.row.check(&strike)?;
        let Strike { before, after, .. } = &strike;
        if self.row.expected == Expected::Ended {
            self.wait_for_end(before.accepted).await?;
        }
        if self.lets_nothing_pass() {
            let now = self.gated.gate.totals();
            let [before, now] = [before, &now].map(|totals| sent(totals, self.direction));
            unless_equal("bytes passed on", &now, &before)?;
        }
        if self.row.condition.phase == Phase::BeforeConnecting {
            unless_equal("clients accepted", &after.accepted, &before.accepted)?;
            unless_equal("bytes to the server", &after.to_server, &before.to_server)?;
        }
        Ok(strike)
    }
}

impl<C: Resolver> Tried<'_, C> {
    async fn act_with(&self, deed: Deed, patience: Duration) -> Result<(), Failure> {
        let client = &self.gated.client;
        let ask = || client.ask(self.question(), patience);
        match deed {
            Deed::Ask => ask().await,
            Deed::AskLarge => client.ask(Question::Large, patience).await,
            Deed::AskFive => {
                let answers = tokio::join!(ask(), ask(), ask(), ask(), ask());
                answers.0.and(answers.1).and(answers.2).and(answers.3).and(answers.4)
            }
        }
    }

    /// A question that has not been asked lately. All of them are of one length.
    fn question(&self) -> Question {
        Question::Host(100 + self.asked.fetch_add(1, Relaxed) % 100)
    }

    /// Waits until all that was read has been counted as sent, which is a moment after it was.
    async fn settle(&self) {
        let is_done = |volume: Volume| volume.received == volume.sent;
        loop {
            let totals = self.gated.gate.totals();
            if is_done(totals.to_server) && is_done(totals.to_client) {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Whether nothing may pass in the direction of the fault while the client asks.
    fn lets_nothing_pass(&self) -> bool {
        matches!(self.row.condition.cause.first(), Change::Add(_))
            && matches!(self.row.expected, Expected::NoAnswer | Expected::Ended)
            && self.row.condition.phase == Phase::Idle
    }

    /// Waits until the fault has ended a connection later than the first `earlier` ones.
    async fn wait_for_end(&self, earlier: u64) -> Verdict {
        let is_end = |Event { connection, what, .. }: &Event| {
            let is_later = connection.is_some_and(|number| number > earlier);
            let What::Closed { by: ClosedBy::Fault { direction, .. }, .. } = what else {
                return false;
            };
            is_later && Some(*direction) == self.direction
        };
        let gate = &self.gated.gate;
        let mut events = gate.subscribe();
        let ended = async {
            let mut has_ended = gate.events().iter().any(is_end);
            while !has_ended && let Ok(event) = events.recv().await {
                has_ended = is_end(&event);
            }
        };
        timeout(LIMIT, ended).await.map_err(|_| Wrong::NotEnded(LIMIT))
    }
}
