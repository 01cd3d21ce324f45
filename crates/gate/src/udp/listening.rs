//! The sockets of a gate that clients send to, and what takes datagrams off them.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use chaosgate_faults::Transport;
use tokio::task::AbortHandle;

use super::receiver;
use super::socket::{Bound, ListenSocket};
use crate::accepting::Accepting;
use crate::error::{AcceptingError, StartError};
use crate::listening;
use crate::shared::Shared;

/// The sockets of a gate that clients send to.
#[derive(Debug, Default)]
pub(crate) struct Listening {
    sockets: Vec<Arc<ListenSocket>>,
    receivers: Vec<AbortHandle>,
    /// Where it listened before: it comes back there.
    addresses: Vec<SocketAddr>,
}

impl listening::Listening for Listening {
    type Socket = Bound;

    fn is_on(&self) -> bool {
        !self.sockets.is_empty()
    }

    fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    fn begin(&mut self, shared: &Arc<Shared>, bound: Vec<Bound>) -> Result<(), StartError> {
        let _runtime = shared.runtime.enter();
        let sockets: io::Result<Vec<_>> = bound.into_iter().map(ListenSocket::new).collect();
        let listen = &shared.route.listen;
        let failed = |source| StartError::Listen { listen: listen.clone(), source };
        let sockets: Vec<_> = sockets.map_err(failed)?.into_iter().map(Arc::new).collect();
        if *shared.accepting.borrow() == Accepting::Refuse {
            for socket in &sockets {
                socket.refuse().map_err(failed)?;
            }
        }
        self.receivers = sockets.iter().map(|socket| receiver::start(shared, socket)).collect();
        self.addresses = sockets.iter().map(|socket| socket.address()).collect();
        self.sockets = sockets;
        Ok(())
    }

    fn end(&mut self) {
        self.receivers.drain(..).for_each(|receiver| receiver.abort());
        self.sockets.drain(..).for_each(|socket| socket.close());
    }

    fn change(&mut self, shared: &Arc<Shared>, to: Accepting) -> Result<(), AcceptingError> {
        let _runtime = shared.runtime.enter();
        let from = *shared.accepting.borrow();
        if !to.suits(Transport::Datagram) {
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
