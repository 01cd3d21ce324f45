//! Where a condition is shown: a server, a gate and a client, all of the demo's own.

use std::time::Duration;

use chaosgate::{AnyGate, Direction, Gate, Route};
use chaosgate_trial::{
    Condition, Failure, Limits, Probe, Report, Strike, Subject, Trial, TrialError,
};
use tokio::runtime::Handle;
use tokio::time::Instant;

use super::client::Client;
use super::observed::Observed;
use super::row::Row;
use super::seen::Seen;
use super::service::Service;
use super::showing::Showing;
use crate::error::Error;

/// How long the demo waits for what is to happen at once. Only a failure takes that long.
const AT_ONCE: Duration = Duration::from_secs(3);

/// When the client counts as recovered.
const LIMITS: Limits = Limits { pause: Duration::from_millis(5), ..Limits::within(AT_ONCE) };

/// A server, a gate before it, and a client.
pub(super) struct Stage<C: Client> {
    service: Service,
    gate: Gate<C::Protocol>,
    client: C,
}

impl<C: Client> Stage<C> {
    pub(super) async fn set() -> Result<Self, Error> {
        let service = C::serve().await.map_err(Error::DemoServer)?;
        let route = Route::to(service.address());
        let gate = Gate::builder(route).runtime(Handle::current()).start()?;
        let client = C::new(gate.address());
        Ok(Stage { service, gate, client })
    }

    /// Who plays, and a blank line.
    pub(super) fn introduction(&self) -> String {
        format!(
            "{} → gate {} → server {}\n",
            C::introduction(),
            self.gate.address(),
            self.service.address(),
        )
    }

    /// Shows a condition in one direction, heals the network, and sees whether all recovers.
    pub(super) async fn show(
        &mut self,
        showing: &Showing<C::Deed>,
        direction: Option<Direction>,
    ) -> Result<Row, Error> {
        let tried = self.try_out(showing, showing.condition, direction).await;
        let report =
            tried.map_err(|source| Error::DemoBroken { at: showing.condition.slug, source })?;
        let is_clear = self.clears().await;
        let recovered = report.recovery.ok().filter(|_| is_clear);
        Ok(Row::new(showing, &report.verdict, recovered.map(|recovery| recovery.took)))
    }

    /// Shows a condition as this one is shown.
    async fn try_out(
        &mut self,
        showing: &Showing<C::Deed>,
        condition: &Condition,
        direction: Option<Direction>,
    ) -> Result<Report<Observed>, TrialError> {
        let Stage { service, gate, client } = self;
        let trial = Trial { gate, condition, direction, hits: showing.hits, limits: LIMITS };
        trial.run(&mut Performance { service, client, showing, direction }).await
    }

    /// Whether no connection is left when the client has gone.
    async fn clears(&mut self) -> bool {
        self.client.leave(&self.gate);
        self.gate.wait_for_no_connections(AT_ONCE).await.is_ok()
            && self.service.reaches(|tally| tally.connections == 0, AT_ONCE).await
    }
}

/// What is shown on a stage.
struct Performance<'a, C: Client> {
    service: &'a Service,
    client: &'a mut C,
    showing: &'a Showing<C::Deed>,
    direction: Option<Direction>,
}

impl<C: Client> Probe for Performance<'_, C> {
    fn ask(&mut self) -> impl Future<Output = Result<(), Failure>> + Send {
        self.client.ask()
    }
}

impl<C: Client> Subject for Performance<'_, C> {
    type Seen = Seen;
    type Verdict = Observed;

    async fn begin(&mut self) -> Result<(), Failure> {
        self.client.warm_up().await?;
        self.service.count_anew();
        Ok(())
    }

    fn disconnect(&mut self, gate: &AnyGate) {
        self.client.leave(gate);
    }

    fn act(&mut self, struck: Instant) -> impl Future<Output = Seen> + Send {
        self.client.act(self.showing.deed, struck)
    }

    async fn judge(&mut self, strike: Strike<Seen>) -> Observed {
        let mut observed = Observed::of(strike, self.direction, self.service.tally());
        // The server may see it later than the client.
        let shows =
            |server: &_| (self.showing.shows)(&Observed { server: *server, ..observed.clone() });
        self.service.reaches(shows, AT_ONCE).await;
        observed.server = self.service.tally();
        observed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{tcp, udp};

    /// How often a busy machine may make a network look as if it failed.
    const TRIES: usize = 5;

    async fn assert_does_not_show<C: Client>(
        showing: &'static Showing<C::Deed>,
        direction: Option<Direction>,
    ) {
        let healthy = Showing { hits: 0, ..*showing };
        let condition = showing.condition.without_cause();
        for _ in 0..TRIES {
            let mut stage = Stage::<C>::set().await.expect("a stage");
            let report = stage.try_out(&healthy, &condition, direction).await.expect("a report");
            if !(showing.shows)(&report.verdict) {
                return;
            }
            eprintln!("{} shows by itself: {}", condition.slug, report.verdict);
        }
        panic!("{} shows by itself", condition.slug);
    }

    async fn assert_none_shows<C: Client>() {
        let mut tasks = Vec::new();
        for showing in C::SHOWINGS {
            for direction in showing.condition.directions {
                tasks.push(tokio::spawn(assert_does_not_show::<C>(showing, *direction)));
            }
        }
        for task in tasks {
            task.await.expect("it does not show");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn no_condition_of_streams_shows_where_nothing_fails() {
        assert_none_shows::<tcp::Client>().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn no_condition_of_datagrams_shows_where_nothing_fails() {
        assert_none_shows::<udp::Client>().await;
    }
}
