//! How users tell a gate to fail, and to heal.

use chaosgate_faults::Direction;

use super::gate::{Listening, TcpGate};
use super::listener::Listener;
use crate::accepting::Accepting;
use crate::error::AcceptingError;
use crate::event::What;
use crate::faults::Faults;

/// How the network fails.
impl TcpGate {
    /// The faults on the way to the server.
    pub fn to_server(&self) -> Faults {
        Faults::new(self.shared.clone(), &[Direction::ToServer])
    }

    /// The faults on the way to the client.
    pub fn to_client(&self) -> Faults {
        Faults::new(self.shared.clone(), &[Direction::ToClient])
    }

    /// The faults of both directions, which change together. A latency in both makes a round trip
    /// of twice as much.
    pub fn both(&self) -> Faults {
        Faults::new(self.shared.clone(), &Direction::BOTH)
    }

    /// How it takes new clients.
    pub fn accepting(&self) -> Accepting {
        *self.shared.accepting.borrow()
    }

    /// Changes how it takes new clients: all that connect from the moment this has returned.
    ///
    /// # Errors
    ///
    /// [`AcceptingError`] if it refused and its port is taken now; it goes on refusing.
    pub fn set_accepting(&self, accepting: Accepting) -> Result<(), AcceptingError> {
        let mut listening = self.listening();
        let before = self.accepting();
        if before == accepting {
            return Ok(());
        }
        if before == Accepting::Refuse {
            self.listen_again(&mut listening, accepting)?;
        }
        self.shared.accepting.send_replace(accepting);
        if accepting == Accepting::Refuse {
            listening.acceptors.drain(..).for_each(|acceptor| acceptor.abort());
            listening.listeners.iter_mut().for_each(Listener::refuse);
        }
        self.shared.events.note(None, What::AcceptingSet { accepting });
        Ok(())
    }

    fn listen_again(&self, listening: &mut Listening, to: Accepting) -> Result<(), AcceptingError> {
        let failed = |address, source| AcceptingError::Listen {
            from: Accepting::Refuse,
            to,
            address,
            source,
        };
        let mut result = Ok(());
        for listener in &mut listening.listeners {
            let address = listener.address();
            result =
                result.and_then(|()| listener.resume().map_err(|source| failed(address, source)));
        }
        let acceptors = result.and_then(|()| {
            self.acceptors(&listening.listeners)
                .map_err(|source| failed(listening.addresses[0], source))
        });
        match acceptors {
            Ok(acceptors) => listening.acceptors = acceptors,
            Err(error) => {
                listening.listeners.iter_mut().for_each(Listener::refuse);
                return Err(error);
            }
        }
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
