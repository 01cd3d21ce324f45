//! The listening sockets of a gate together, and how they change from one way of accepting to
//! another.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::task::AbortHandle;

use super::acceptor;
use super::listener::Listener;
use crate::accepting::Accepting;
use crate::error::{AcceptingError, StartError};
use crate::shared::Shared;

/// The listening sockets of a gate, and the loops that take clients off them.
#[derive(Debug, Default)]
pub(super) struct Listening {
    listeners: Vec<Listener>,
    acceptors: Vec<AbortHandle>,
    /// Where it listened before: it comes back there.
    addresses: Vec<SocketAddr>,
}

impl Listening {
    pub(super) fn is_on(&self) -> bool {
        !self.listeners.is_empty()
    }

    /// Where it listens, or did.
    pub(super) fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Begins with these sockets, in the way of accepting that has been set.
    pub(super) fn begin(
        &mut self,
        shared: &Arc<Shared>,
        mut listeners: Vec<Listener>,
    ) -> Result<(), StartError> {
        if *shared.accepting.borrow() == Accepting::Refuse {
            listeners.iter_mut().for_each(Listener::refuse);
        } else {
            let listen = &shared.route.listen;
            let failed = |source| StartError::Listen { listen: listen.clone(), source };
            self.acceptors = acceptors(shared, &listeners).map_err(failed)?;
        }
        self.addresses = listeners.iter().map(Listener::address).collect();
        self.listeners = listeners;
        Ok(())
    }

    /// Closes the sockets.
    pub(super) fn end(&mut self) {
        self.abort_acceptors();
        self.listeners.clear();
    }

    /// Changes the way of accepting. On an error it is as before.
    pub(super) fn change(
        &mut self,
        shared: &Arc<Shared>,
        to: Accepting,
    ) -> Result<(), AcceptingError> {
        let from = *shared.accepting.borrow();
        if from == Accepting::Refuse {
            self.listen_again(shared, to)?;
        }
        shared.accepting.send_replace(to);
        if to == Accepting::Refuse {
            self.refuse();
        }
        Ok(())
    }

    fn refuse(&mut self) {
        self.abort_acceptors();
        self.listeners.iter_mut().for_each(Listener::refuse);
    }

    fn abort_acceptors(&mut self) {
        self.acceptors.drain(..).for_each(|acceptor| acceptor.abort());
    }

    /// Ends refusing.
    fn listen_again(&mut self, shared: &Arc<Shared>, to: Accepting) -> Result<(), AcceptingError> {
        let from = Accepting::Refuse;
        let acceptors = self.resume(from, to).and_then(|()| {
            let failed =
                |source| AcceptingError::Listen { from, to, address: self.addresses[0], source };
            acceptors(shared, &self.listeners).map_err(failed)
        });
        match acceptors {
            Ok(acceptors) => self.acceptors = acceptors,
            Err(error) => {
                self.refuse();
                return Err(error);
            }
        }
        Ok(())
    }

    /// Gives the sockets queues of their usual length again.
    fn resume(&mut self, from: Accepting, to: Accepting) -> Result<(), AcceptingError> {
        for listener in &mut self.listeners {
            let address = listener.address();
            let failed = |source| AcceptingError::Listen { from, to, address, source };
            listener.resume().map_err(failed)?;
        }
        Ok(())
    }
}

fn acceptors(shared: &Arc<Shared>, listeners: &[Listener]) -> io::Result<Vec<AbortHandle>> {
    let mut acceptors = Vec::new();
    for listener in listeners {
        match acceptor::start(shared, listener) {
            Ok(acceptor) => acceptors.push(acceptor),
            Err(error) => {
                acceptors.iter().for_each(AbortHandle::abort);
                return Err(error);
            }
        }
    }
    Ok(acceptors)
}
