//! The sockets of a gate that clients send to, and what takes datagrams off them.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::task::AbortHandle;

use super::receiver;
use super::socket::{Bound, ListenSocket};
use crate::accepting::Accepting;
use crate::bind::bind_all;
use crate::error::{AcceptingError, StartError};
use crate::listening;
use crate::shared::Shared;

/// The sockets of a gate that clients send to.
#[derive(Debug)]
pub(crate) struct Listening {
    sockets: Vec<Arc<ListenSocket>>,
    receivers: Vec<AbortHandle>,
    /// Where it listened before: it comes back there.
    addresses: Vec<SocketAddr>,
}

impl listening::Listening for Listening {
    fn is_on(&self) -> bool {
        !self.sockets.is_empty()
    }

    fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    fn begin(&mut self, shared: &Arc<Shared>) -> Result<(), StartError> {
        let _runtime = shared.runtime.enter();
        if *shared.accepting.borrow() == Accepting::Refuse {
            let listen = &shared.route.listen;
            let failed = |(_, source)| StartError::Listen { listen: listen.clone(), source };
            self.each(ListenSocket::refuse).map_err(failed)?;
        }
        let sockets = self.sockets.iter();
        self.receivers = sockets.map(|socket| receiver::start(shared, socket)).collect();
        Ok(())
    }

    fn end(&mut self) {
        self.receivers.drain(..).for_each(|receiver| receiver.abort());
        self.sockets.drain(..).for_each(|socket| socket.close());
    }

    fn change(&mut self, shared: &Arc<Shared>, to: Accepting) -> Result<(), AcceptingError> {
        let _runtime = shared.runtime.enter();
        let from = *shared.accepting.borrow();
        if !matches!(to, Accepting::Accept | Accepting::Hold | Accepting::Refuse) {
            return Err(AcceptingError::Unsuitable { from, to });
        }
        let done = match (from, to) {
            (_, Accepting::Refuse) => self.each(ListenSocket::refuse),
            (Accepting::Refuse, _) => self.each(ListenSocket::resume),
            _ => Ok(()),
        };
        if let Err((address, source)) = done {
            // Those that have changed are to be as before, as far as that is possible.
            let _ = match from {
                Accepting::Refuse => self.each(ListenSocket::refuse),
                _ => self.each(ListenSocket::resume),
            };
            return Err(AcceptingError::Socket { from, to, address, source });
        }
        shared.accepting.send_replace(to);
        Ok(())
    }
}

impl Listening {
    /// At every address that each of `listen` stands for.
    pub(crate) fn bind(shared: &Shared, listen: &[String]) -> Result<Self, StartError> {
        let _runtime = shared.runtime.enter();
        let bound = bind_all::<Bound>(listen)?.into_iter();
        let sockets: io::Result<Vec<_>> =
            bound.map(|bound| ListenSocket::new(bound).map(Arc::new)).collect();
        let listen = &shared.route.listen;
        let failed = |source| StartError::Listen { listen: listen.clone(), source };
        let sockets = sockets.map_err(failed)?;
        let addresses = sockets.iter().map(|socket| socket.address()).collect();
        Ok(Listening { sockets, receivers: Vec::new(), addresses })
    }

    /// Does something to all sockets, or gives the address at which that failed.
    fn each(
        &self,
        change: impl Fn(&ListenSocket) -> io::Result<()>,
    ) -> Result<(), (SocketAddr, io::Error)> {
        self.sockets
            .iter()
            .try_for_each(|socket| change(socket).map_err(|source| (socket.address(), source)))
    }
}
