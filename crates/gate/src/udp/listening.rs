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
use crate::bind::Socket as _;
use crate::bind::{bind_all, bind_missing};
use crate::error::{AcceptingError, StartError};
use crate::event::ClosedBy;
use crate::listening;
use crate::shared::Shared;

/// The sockets of a gate that clients send to.
#[derive(Debug)]
pub(crate) struct Listening {
    open: Vec<Open>,
    /// Where it listened before: it comes back there.
    addresses: Vec<SocketAddr>,
}

/// One of the sockets.
#[derive(Debug)]
struct Open {
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

    fn begin(&mut self, shared: &Arc<Shared>) -> Result<(), StartError> {
        let _runtime = shared.runtime.enter();
        if *shared.accepting.borrow() == Accepting::Refuse {
            self.each(ListenSocket::refuse).map_err(|(address, source)| StartError::Listen {
                listen: address.to_string(),
                source,
            })?;
        }
        for Open { socket, mailboxes, receiver } in &mut self.open {
            *receiver = Some(receiver::start(shared, socket, mailboxes));
        }
        Ok(())
    }

    fn move_to(
        &mut self,
        shared: &Arc<Shared>,
        listen: &str,
        addresses: &[SocketAddr],
        check: &dyn Fn(&[SocketAddr]) -> Result<(), StartError>,
    ) -> Result<(), StartError> {
        let (kept, new) = bind_missing(listen, addresses, &self.addresses)?;
        let mut new = Listening::of(shared, new)?;
        let addresses = [kept.as_slice(), new.addresses()].concat();
        check(&addresses)?;
        new.begin(shared)?;
        for left in self.open.extract_if(.., |open| !kept.contains(&open.socket.address())) {
            left.close();
            // Its clients expect answers from there.
            let clients = left.mailboxes.numbers();
            shared.registry.end_clients(&ClosedBy::Call, How::Fin, |client, _| {
                clients.contains(&client.number)
            });
        }
        self.open.append(&mut new.open);
        self.addresses = addresses;
        Ok(())
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

impl Listening {
    /// At every address that each of `listen` stands for.
    pub(crate) fn bind(shared: &Shared, listen: &[String]) -> Result<Self, StartError> {
        Listening::of(shared, bind_all(listen)?)
    }

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
