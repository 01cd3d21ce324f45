//! The sockets of a gate that clients send to, and what takes datagrams off them.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use chaosgate_faults::{How, Transport};
use tokio::task::AbortHandle;

use super::mailboxes::Mailboxes;
use super::receiver;
use super::socket::{Bound, ListenSocket};
use crate::accepting::Accepting;
use crate::bind::{Socket as _, bind_missing};
use crate::closed_by::ClosedBy;
use crate::error::{AcceptingError, StartError};
use crate::listening::{self, ListenAt, Movable};
use crate::shared::Shared;

/// The sockets of a gate that clients send to.
#[derive(Debug, Default)]
pub(crate) struct Listening {
    open: Vec<Open>,
    /// Where it listened before: it comes back there.
    addresses: Vec<SocketAddr>,
}

/// One of the sockets.
#[derive(Debug)]
pub(crate) struct Open {
    socket: Arc<ListenSocket>,
    mailboxes: Arc<Mailboxes>,
    /// What takes datagrams off it, when that has begun.
    receiver: Option<AbortHandle>,
}

impl listening::Listening for Listening {
    fn is_on(&self) -> bool {
        !self.open.is_empty()
    }

    fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    fn end(&mut self) {
        self.open.drain(..).for_each(|open| open.close());
    }

    fn forget_addresses(&mut self) {
        self.addresses.clear();
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

impl Movable for Listening {
    type Left = Open;
    type Ready = Listening;

    fn elsewhere(&self, staying: &[SocketAddr]) -> Vec<&Open> {
        let is_left = |open: &&Open| !staying.contains(&open.socket.address());
        self.open.iter().filter(is_left).collect()
    }

    /// With sockets beside those that others are leaving: what comes from now on may wait there.
    fn prepare(
        &self,
        shared: &Arc<Shared>,
        at: &ListenAt,
        accepting: Accepting,
        leaving: &mut Vec<&Open>,
    ) -> Result<Listening, StartError> {
        let has =
            |address: &SocketAddr| self.open.iter().any(|own| own.socket.address() == *address);
        let (kept, others): (Vec<_>, Vec<_>) = at.addresses.iter().partition(|at| has(at));
        let (mut new, mut missing) = (Vec::new(), Vec::new());
        for address in others {
            match leaving.iter().position(|open| open.socket.address() == address) {
                Some(place) => {
                    let beside = leaving.swap_remove(place).socket.beside();
                    let failed =
                        |source| StartError::Listen { listen: address.to_string(), source };
                    new.push(beside.map_err(failed)?);
                }
                None => missing.push(address),
            }
        }
        let has_others = !kept.is_empty() || !new.is_empty();
        new.extend(bind_missing(&at.listen, &missing, has_others)?);
        let mut new = Listening::of(shared, new)?;
        if accepting == Accepting::Refuse {
            new.each(ListenSocket::refuse).map_err(|(address, source)| StartError::Listen {
                listen: address.to_string(),
                source,
            })?;
        }
        new.addresses.splice(..0, kept);
        Ok(new)
    }

    fn addresses_of(ready: &Listening) -> &[SocketAddr] {
        &ready.addresses
    }

    fn leave(&mut self, shared: &Shared, staying: &[SocketAddr]) -> Vec<Open> {
        let is_left = |open: &mut Open| !staying.contains(&open.socket.address());
        let left: Vec<_> = self.open.extract_if(.., is_left).collect();
        for open in &left {
            open.close();
            // Its clients expect answers from there.
            let clients = open.mailboxes.numbers();
            shared.registry.end_clients(&ClosedBy::Call, How::Fin, |client, _| {
                clients.contains(&client.number)
            });
        }
        left
    }

    fn settle(&mut self, shared: &Arc<Shared>, mut ready: Listening, _: &mut Vec<Open>) {
        for Open { socket, mailboxes, receiver } in &mut ready.open {
            *receiver = Some(receiver::start(shared, socket, mailboxes));
        }
        self.open.append(&mut ready.open);
        self.addresses = ready.addresses;
    }
}

impl Listening {
    fn of(shared: &Shared, all: Vec<Bound>) -> Result<Self, StartError> {
        let _runtime = shared.runtime.enter();
        let addresses = all.iter().map(Bound::address).collect();
        let mut open = Vec::new();
        for bound in all {
            let address = bound.address();
            let socket = ListenSocket::new(bound)
                .map_err(|source| StartError::Listen { listen: address.to_string(), source })?;
            let (socket, mailboxes) = (Arc::new(socket), Arc::default());
            open.push(Open { socket, mailboxes, receiver: None });
        }
        Ok(Listening { open, addresses })
    }

    /// Does something to all sockets, or gives the address at which that failed.
    fn each(
        &self,
        change: impl Fn(&ListenSocket) -> io::Result<()>,
    ) -> Result<(), (SocketAddr, io::Error)> {
        let mut sockets = self.open.iter().map(|open| &open.socket);
        sockets.try_for_each(|socket| change(socket).map_err(|source| (socket.address(), source)))
    }
}

impl Open {
    fn close(&self) {
        if let Some(receiver) = &self.receiver {
            receiver.abort();
        }
        self.socket.close();
    }
}
