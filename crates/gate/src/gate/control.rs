//! How users tell a gate to fail, and to heal.

use chaosgate_faults::Direction;

use super::AnyGate;
use crate::accepting::Accepting;
use crate::error::AcceptingError;
use crate::event::What;
use crate::faults::Faults;

/// How the network fails.
impl AnyGate {
    /// The faults on the way to the server.
    pub fn to_server(&self) -> Faults {
        self.faults(Direction::ToServer)
    }

    /// The faults on the way to the client.
    pub fn to_client(&self) -> Faults {
        self.faults(Direction::ToClient)
    }

    /// The faults of a direction.
    pub fn faults(&self, direction: Direction) -> Faults {
        let directions: &'static [Direction] = match direction {
            Direction::ToServer => &[Direction::ToServer],
            Direction::ToClient => &[Direction::ToClient],
        };
        Faults::new(self.core.shared.clone(), directions)
    }

    /// The faults of both directions, which change together. A latency in both makes a round trip
    /// of twice as much.
    pub fn both(&self) -> Faults {
        Faults::new(self.core.shared.clone(), &Direction::BOTH)
    }

    /// Begins a series of draws: what is drawn from now on follows from this seed, whoever was at the gate
    /// before, as one test of many needs it to be repeated alone.
    ///
    /// Connections that come later are numbered from 1 for their draws. Those that stand draw for what is
    /// set from now on, and have numbers of their own, the oldest first. What has been set stays on
    /// them as it was drawn, and the numbers that are [shown](crate::ConnectionInfo::number) go on.
    pub fn begin_series(&self, seed: u64) {
        self.core.shared.registry.begin_series(seed);
    }

    /// How it takes new clients.
    pub fn accepting(&self) -> Accepting {
        *self.core.shared.accepting.borrow()
    }

    /// Changes how it takes new clients: all that connect from the moment this has returned.
    ///
    /// # Errors
    ///
    /// [`AcceptingError`] if it refused and its port is taken now, or if connects cannot be made to
    /// [time out](Accepting::Timeout) here; it goes on as before. Or if the runtime has ended that it
    /// was given.
    pub fn set_accepting(&self, accepting: Accepting) -> Result<(), AcceptingError> {
        if self.core.shared.has_ended() {
            return Err(AcceptingError::RuntimeEnded);
        }
        let mut listening = self.listening();
        if self.accepting() == accepting {
            return Ok(());
        }
        listening.change(&self.core.shared, accepting)?;
        let noted = self.core.shared.events.record(None, What::AcceptingSet { accepting });
        drop(listening);
        noted.log();
        Ok(())
    }

    /// Heals it: no faults, and new clients are accepted.
    ///
    /// # Errors
    ///
    /// [`AcceptingError`] if it refused and its port is taken now; the faults are gone all the
    /// same.
    pub fn heal(&self) -> Result<(), AcceptingError> {
        self.both().pass();
        self.set_accepting(Accepting::Accept)
    }
}
