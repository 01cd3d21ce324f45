//! A listening socket that is about to serve a gate, which may be another than before.

use std::io;
use std::net::{Shutdown, SocketAddr};
use std::sync::Arc;

use socket2::Socket;
use tokio::net::TcpListener;

use super::acceptor;
use super::backlog::{BACKLOG, Backlog, Closed};
use super::listener::{Listener, Queue};
use crate::accepting::Accepting;
use crate::bind::Socket as _;
use crate::error::StartError;
use crate::shared::Shared;

/// A listening socket that is about to serve a gate. Who connects meanwhile waits in its queue; when this
/// goes without having begun, the queue is as before.
#[derive(Debug)]
pub(super) struct Ready {
    /// Where it is.
    pub(super) address: SocketAddr,
    socket: Socket,
    backlog: Arc<Backlog>,
    closed: Closed,
    before: Queue,
    then: Queue,
    /// What clients are to be accepted from, unless they are refused.
    accepts: Option<TcpListener>,
    has_begun: bool,
}

impl Ready {
    /// Has the queue of the listener be as the gate is to take clients.
    ///
    /// # Errors
    ///
    /// [`StartError::Listen`] and [`StartError::Timeout`].
    pub(super) fn for_gate(
        shared: &Shared,
        listener: &Listener,
        accepting: Accepting,
    ) -> Result<Self, StartError> {
        let address = listener.address();
        let failed = |source| StartError::Listen { listen: address.to_string(), source };
        let backlog = listener.backlog().clone();
        let mut ready = Ready {
            address,
            socket: listener.duplicate().map_err(failed)?,
            closed: backlog.close(),
            backlog,
            before: listener.queue(),
            then: Queue::from(accepting),
            accepts: None,
            has_begun: false,
        };
        ready.change_queue()?;
        if ready.then != Queue::Refused {
            // Not before: the runtime would know for ever that one which refused was shut down.
            ready.accepts = Some(acceptor::socket(shared, listener).map_err(failed)?);
        }
        Ok(ready)
    }

    fn change_queue(&self) -> Result<(), StartError> {
        let address = self.address;
        if self.before == self.then || self.then == Queue::Refused {
            return Ok(());
        }
        if self.before != Queue::Open {
            let listening = self.socket.listen(BACKLOG);
            let listen = address.to_string();
            listening.map_err(|source| StartError::Listen { listen, source })?;
        }
        if self.then == Queue::Full {
            let full = self.closed.fill(&self.socket, address);
            full.map_err(|source| StartError::Timeout { address, source })?;
        }
        Ok(())
    }

    /// Serves the gate with the listener that it was made of. Nobody is taken for another gate when this has
    /// returned.
    pub(super) fn begin(mut self, shared: &Arc<Shared>, listener: &mut Listener) {
        match self.accepts.take() {
            None => listener.refuse(),
            Some(socket) => {
                let acceptor = acceptor::start(shared, socket, &self.backlog);
                listener.set_acceptor(acceptor, self.then);
            }
        }
        self.has_begun = true;
    }

    /// Has the queue be as before, as far as that can be had.
    fn restore(&self) -> io::Result<()> {
        match (self.before, self.then) {
            (_, Queue::Refused) => Ok(()),
            (before, then) if before == then => Ok(()),
            (Queue::Refused, _) => {
                let done = self.socket.shutdown(Shutdown::Both);
                self.backlog.forget();
                done
            }
            (Queue::Full, _) => {
                self.closed.fill(&self.socket, self.address).map_err(io::Error::other)
            }
            (Queue::Open, _) => self.socket.listen(BACKLOG),
        }
    }
}

impl Drop for Ready {
    fn drop(&mut self) {
        if !self.has_begun {
            let _ = self.restore();
        }
    }
}
