//! A name server behind a gate of its own.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU8, Ordering::Relaxed},
    time::Duration,
};

use chaosgate::{Direction, Faults, Route, StartError, Totals, UdpGate, Volume};

use super::{Client, Probe, Question};
use crate::{Failure, Sight, gated::LIMIT, observe, wrong::Wrong};

/// A client, and the gate between it and its name server.
#[derive(Debug)]
pub(super) struct Gated<C> {
    pub(super) gate: UdpGate,
    client: C,
    asked: AtomicU8,
}

impl<C: Client> Gated<C> {
    pub(super) fn before(server: SocketAddr) -> Result<Self, StartError> {
        let gate = UdpGate::start_on(Route::to(server.to_string()))?;
        let client = C::at(gate.address());
        Ok(Self { gate, client, asked: AtomicU8::default() })
    }

    /// The faults of one direction, or of both.
    pub(super) fn faults(&self, direction: Option<Direction>) -> Faults {
        direction.map_or_else(|| self.gate.both(), |way| self.gate.faults(way))
    }

    /// Asks what shows a condition.
    pub(super) async fn ask(&self, probe: Probe, patience: Duration) -> Result<(), Failure> {
        let ask = || self.client.ask(self.question(), patience);
        match probe {
            Probe::Question | Probe::Unanswered => ask().await,
            Probe::LargeQuestion => self.client.ask(Question::Large, patience).await,
            Probe::FiveQuestions => {
                let answers = tokio::join!(ask(), ask(), ask(), ask(), ask());
                answers.0.and(answers.1).and(answers.2).and(answers.3).and(answers.4)
            }
        }
    }

    /// Asks, and tells what came of it. It is up to the client to give up.
    pub(super) async fn probe(&self, probe: Probe, patience: Duration) -> Sight {
        observe(patience + LIMIT, self.ask(probe, patience)).await
    }

    /// A question that has not been asked lately. All of them are of one length.
    fn question(&self) -> Question {
        Question::Host(100 + self.asked.fetch_add(1, Relaxed) % 100)
    }

    /// The totals once all that was read has been counted as sent, which is a moment after it was.
    pub(super) async fn settled(&self) -> Result<Totals, Wrong> {
        let is_done = |volume: Volume| volume.received == volume.sent;
        let settled = async {
            loop {
                let totals = self.gate.totals();
                if is_done(totals.to_server) && is_done(totals.to_client) {
                    return totals;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(LIMIT, settled).await.map_err(|_| Wrong::NotSettled(LIMIT))
    }
}
