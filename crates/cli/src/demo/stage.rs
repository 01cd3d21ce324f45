//! Where a condition is shown: a server, a gate and a client, all of the demo's own.

use std::time::Duration;

use chaosgate::{Direction, EntryHandle, Gate, Route, Totals};
use tokio::runtime::Handle;
use tokio::time::Instant;

use super::client::Client;
use super::condition::{Condition, Network, Observed};
use super::row::Row;
use super::service::Service;
use crate::error::Error;
use crate::fault_argument;

/// How many requests in a row have to be answered before the client counts as recovered.
const IN_A_ROW: usize = 3;

/// How long the demo waits for what is to happen at once. Only a failure takes that long.
const AT_ONCE: Duration = Duration::from_secs(3);

/// How long the client rests before it tries again what has failed.
const PAUSE: Duration = Duration::from_millis(5);

/// A server, a gate before it, and a client.
pub(super) struct Stage<C: Client> {
    service: Service,
    gate: Gate<C::Protocol>,
    client: C,
}

impl<C: Client> Stage<C> {
    pub(super) async fn set() -> Result<Self, Error> {
        let service = C::serve().await.map_err(Error::DemoServer)?;
        let route = Route::to(service.address().to_string());
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
        condition: &Condition<C>,
        direction: Option<Direction>,
    ) -> Result<Row, Error> {
        if let Err(seen) = self.client.warm_up().await {
            return Err(Error::DemoBroken { before: condition.slug, seen: seen.to_string() });
        }
        let observed = self.observe(condition, direction).await?;
        self.gate.heal()?;
        let healed = Instant::now();
        let recovered = self.recovers().await.then(|| healed.elapsed());
        let is_clear = self.clears().await;
        Ok(Row::new(condition, &observed, recovered.filter(|_| is_clear)))
    }

    async fn observe(
        &mut self,
        condition: &Condition<C>,
        direction: Option<Direction>,
    ) -> Result<Observed, Error> {
        let before = self.gate.totals();
        self.service.count_anew();
        let since = Instant::now();
        let entry = self.fail(condition.network, direction)?;
        let client = self.client.act(condition.deed, since).await;
        if let Some(entry) = &entry {
            // What is missing is seen in the count.
            let _ = entry.wait_for_hits(condition.hits, AT_ONCE).await;
        }
        let now = self.gate.totals();
        let read = |totals: &Totals| totals.of(direction.unwrap_or(Direction::ToServer)).received;
        let mut observed = Observed {
            direction,
            client,
            hits: entry.map_or(0, |entry| entry.hits()),
            read_by_gate: read(&now) - read(&before),
            accepted: now.accepted - before.accepted,
            connected: now.connected - before.connected,
            server: self.service.tally(),
        };
        // The server may see it later than the client.
        let shows =
            |server: &_| (condition.shows)(&Observed { server: *server, ..observed.clone() });
        self.service.reaches(shows, AT_ONCE).await;
        observed.server = self.service.tally();
        Ok(observed)
    }

    /// Makes the network fail; gives the fault, if it is one.
    fn fail(
        &self,
        network: Network,
        direction: Option<Direction>,
    ) -> Result<Option<EntryHandle>, Error> {
        match network {
            Network::Fault(fault) => {
                let fault = fault_argument::read("demo", fault)?;
                let faults =
                    direction.map_or_else(|| self.gate.both(), |way| self.gate.faults(way));
                let added = faults.add(fault);
                return added.map(Some).map_err(|source| Error::List { argument: "demo", source });
            }
            Network::Accepting(mode) => self.gate.set_accepting(mode)?,
            Network::CloseConnections(how) => {
                self.gate.close_connections(how);
            }
        }
        Ok(None)
    }

    /// Whether the client gets its answers again.
    async fn recovers(&mut self) -> bool {
        let answers = async {
            let mut in_a_row = 0;
            while in_a_row < IN_A_ROW {
                let seen = self.client.ask_again().await;
                if seen.is_answer() {
                    in_a_row += 1;
                } else {
                    in_a_row = 0;
                    tokio::time::sleep(PAUSE).await;
                }
            }
        };
        tokio::time::timeout(AT_ONCE, answers).await.is_ok()
    }

    /// Whether no connection is left when the client has gone.
    async fn clears(&mut self) -> bool {
        self.client.leave(&self.gate);
        self.gate.wait_for_no_connections(AT_ONCE).await.is_ok()
            && self.service.reaches(|tally| tally.connections == 0, AT_ONCE).await
    }
}

#[cfg(test)]
mod tests {
    use chaosgate::Accepting;

    use super::*;
    use crate::demo::{tcp, udp};

    /// How often a busy machine may make a network look as if it failed.
    const TRIES: usize = 5;

    /// What the client, the server and the gate see of a network that does not fail.
    async fn observe_health<C: Client>(
        condition: &'static Condition<C>,
        way: Option<Direction>,
    ) -> Observed {
        let network = match condition.network {
            Network::Fault(_) => Network::Fault("pass"),
            Network::Accepting(_) | Network::CloseConnections(_) => {
                Network::Accepting(Accepting::Accept)
            }
        };
        let mut stage = Stage::<C>::set().await.expect("a stage");
        stage.client.warm_up().await.expect("answers");
        let healthy = Condition { network, hits: 0, ..*condition };
        stage.observe(&healthy, way).await.expect("observations")
    }

    async fn assert_does_not_show<C: Client>(
        condition: &'static Condition<C>,
        way: Option<Direction>,
    ) {
        for _ in 0..TRIES {
            let observed = observe_health(condition, way).await;
            if !(condition.shows)(&observed) {
                return;
            }
            eprintln!("{} shows by itself: {observed}", condition.slug);
        }
        panic!("{} shows by itself", condition.slug);
    }

    async fn assert_none_shows<C: Client>() {
        let mut tasks = Vec::new();
        for condition in C::CONDITIONS {
            for way in condition.network.directions() {
                tasks.push(tokio::spawn(assert_does_not_show(condition, *way)));
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
