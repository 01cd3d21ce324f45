//! The service under test.

use std::time::Duration;

use chaosgate::{AnyGate, How};
use tokio::time::Instant;

use crate::failure::Failure;
use crate::probe::Probe;
use crate::sight::{Sight, observe};
use crate::strike::Strike;

/// A service under test, whose way to its server leads through the gate. As a [`Probe`] it tells
/// whether it has recovered.
pub trait Subject: Probe {
    /// What is seen of it while the network fails.
    type Seen: Send;
    /// What is made of that.
    type Verdict: Send;

    /// Begins a trial: asks where nothing hinders.
    ///
    /// # Errors
    ///
    /// Why it is not well.
    fn begin(&mut self) -> impl Future<Output = Result<(), Failure>> + Send {
        self.ask()
    }

    /// Closes the connections that the client keeps. Where nobody can ask it to, the gate does.
    fn disconnect(&mut self, gate: &AnyGate) {
        gate.close_connections(How::Fin);
    }

    /// Does what shows a condition that has been at work since `struck` or shortly after, or that strikes
    /// [meanwhile](crate::Phase::MidMessage).
    fn act(&mut self, struck: Instant) -> impl Future<Output = Self::Seen> + Send;

    /// Judges what was seen, while the condition is still at work.
    fn judge(&mut self, strike: Strike<Self::Seen>) -> impl Future<Output = Self::Verdict> + Send;
}

/// A service of which only a probe is known. What it saw is left to be judged.
#[derive(Debug, Clone)]
pub struct Probed<P> {
    /// What asks it.
    pub probe: P,
    /// How long a question may take while the network fails.
    pub patience: Duration,
}

impl<P: Probe> Probe for Probed<P> {
    fn ask(&mut self) -> impl Future<Output = Result<(), Failure>> + Send {
        self.probe.ask()
    }
}

impl<P: Probe> Subject for Probed<P> {
    type Seen = Sight;
    type Verdict = Strike<Sight>;

    fn act(&mut self, _: Instant) -> impl Future<Output = Sight> + Send {
        observe(self.patience, self.probe.ask())
    }

    async fn judge(&mut self, strike: Strike<Sight>) -> Strike<Sight> {
        strike
    }
}
