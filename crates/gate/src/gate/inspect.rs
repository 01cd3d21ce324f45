//! What users see of a gate's connections, and how they close them.

use std::time::Duration;

use chaosgate_faults::How;
use tokio::sync::broadcast;

use super::AnyGate;
use crate::closed_by::ClosedBy;
use crate::error::WaitError;
use crate::event::Event;
use crate::registry::Stage;
use crate::timer::{self, LatenessMeter, NotMet};
use crate::traffic::{ConnectionInfo, Totals};

/// Connections and events.
impl AnyGate {
    /// The connections that stand.
    pub fn connections(&self) -> Vec<ConnectionInfo> {
        self.core.shared.registry.connections()
    }

    /// How many connections stand.
    pub fn connection_count(&self) -> usize {
        self.core.shared.registry.connection_count()
    }

    /// Whether any connection stands.
    pub fn is_connected(&self) -> bool {
        self.connection_count() > 0
    }

    /// Waits until at least `wanted` connections stand; returns at once if they do.
    ///
    /// # Errors
    ///
    /// If there were fewer `within` that time.
    pub async fn wait_for_connections(
        &self,
        wanted: usize,
        within: Duration,
    ) -> Result<(), WaitError> {
        let met = self.connection_count_is(|count| count >= wanted);
        timer::within(&self.core.shared.timers, within, met).await.map_err(|not| match not {
            NotMet::InTime => {
                WaitError::Connections { wanted, got: self.connection_count(), within }
            }
            NotMet::Ever => WaitError::RuntimeEnded,
        })
    }

    /// The same for code that does not await: the thread waits.
    ///
    /// # Errors
    ///
    /// If there were fewer `within` that time.
    pub fn wait_for_connections_blocking(
        &self,
        wanted: usize,
        within: Duration,
    ) -> Result<(), WaitError> {
        timer::block_on(within, self.wait_for_connections(wanted, within))
    }

    /// Waits until no connection stands any more.
    ///
    /// # Errors
    ///
    /// If there was one still `within` that time.
    pub async fn wait_for_no_connections(&self, within: Duration) -> Result<(), WaitError> {
        let met = self.connection_count_is(|count| count == 0);
        timer::within(&self.core.shared.timers, within, met).await.map_err(|not| match not {
            NotMet::InTime => WaitError::ConnectionsLeft { left: self.connection_count(), within },
            NotMet::Ever => WaitError::RuntimeEnded,
        })
    }

    /// The same for code that does not await: the thread waits.
    ///
    /// # Errors
    ///
    /// If there was one still `within` that time.
    pub fn wait_for_no_connections_blocking(&self, within: Duration) -> Result<(), WaitError> {
        timer::block_on(within, self.wait_for_no_connections(within))
    }

    /// Waits until the peers of all connections that a call or a stop has closed have been told: until
    /// they can read the end of the stream, or the reset. A connection whose bytes are to arrive before a
    /// reset takes up to a second; otherwise this is a matter of microseconds.
    pub async fn wait_told(&self) {
        loop {
            let changed = self.core.shared.registry.changed.notified();
            if !self.core.shared.registry.has_untold() {
                return;
            }
            changed.await;
        }
    }

    async fn connection_count_is(&self, met: impl Fn(usize) -> bool) {
        loop {
            // Asked for before the look, so that no change between the two is missed.
            let changed = self.core.shared.registry.changed.notified();
            if met(self.connection_count()) {
                return;
            }
            changed.await;
        }
    }

    /// Closes all connections, and clients that wait to be connected; what is under way is
    /// discarded. They are not counted any more when this returns. Gives their number. UDP's end
    /// without a word, whatever `how` says.
    pub fn close_connections(&self, how: How) -> usize {
        self.core.shared.registry.end_clients(&ClosedBy::Call, how, |_, _| true)
    }

    /// Closes at most `count` of the connections that stand, the oldest first. Gives their number.
    pub fn close_some(&self, count: usize, how: How) -> usize {
        let mut left = count;
        self.core.shared.registry.end_clients(&ClosedBy::Call, how, |_, stage| {
            let chosen = left > 0 && stage == Stage::Connected;
            left -= usize::from(chosen);
            chosen
        })
    }

    /// Closes the connection of this number. Whether there was one.
    pub fn close_connection(&self, number: u64, how: How) -> bool {
        let registry = &self.core.shared.registry;
        registry.end_clients(&ClosedBy::Call, how, |client, _| client.number == number) > 0
    }

    /// What has gone through it since it was made; the numbers move while connections are open.
    pub fn totals(&self) -> Totals {
        self.core.shared.registry.totals()
    }

    /// How late the timers of its faults are: those of all gates on its runtime.
    pub fn lateness(&self) -> LatenessMeter {
        LatenessMeter::over(&self.core.shared.timers)
    }

    /// How long ago it was made, which is the clock of its events.
    pub fn age(&self) -> Duration {
        self.core.shared.events.now()
    }

    /// The last 1,000 events, the oldest first.
    pub fn events(&self) -> Vec<Event> {
        self.events_since(0)
    }

    /// Those of the last 1,000 events that came after the one of this number, the oldest first. If more
    /// have come, the first is not the next: its number tells how many are missing.
    pub fn events_since(&self, number: u64) -> Vec<Event> {
        self.core.shared.events.since(number)
    }

    /// The last 1,000 events as a text for people, a line each.
    ///
    /// ```
    /// use chaosgate::{Route, Stall, TcpGate};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let gate = TcpGate::start_on(Route::to("localhost:5432"))?;
    /// gate.to_client().add(Stall {})?;
    /// gate.heal()?;
    ///
    /// // +0.001s to_client set to stall
    /// // +0.002s to_client passes
    /// println!("{}", gate.timeline());
    /// # assert!(gate.timeline().ends_with("s to_client passes"));
    /// # assert_eq!(gate.timeline().lines().count(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn timeline(&self) -> String {
        self.events().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    /// The events from now on. One who is 1,000 events behind is told how many it has missed. Who
    /// subscribes and then asks for [those of before](AnyGate::events_since) misses none, and knows by
    /// their numbers those that it is told twice.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.core.shared.events.subscribe()
    }
}
