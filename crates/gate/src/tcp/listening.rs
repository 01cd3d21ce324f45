//! The listening sockets of a gate together, and how they change from one way of accepting to
//! another.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use super::acceptor;
use super::backlog::Full;
use super::listener::Listener;
use crate::accepting::Accepting;
use crate::bind::{Socket as _, bind_all, bind_missing};
use crate::error::{AcceptingError, BacklogError, StartError};
use crate::listening;
use crate::shared::Shared;

/// The listening sockets of a gate, and the loops that take clients off them.
#[derive(Debug)]
pub(crate) struct Listening {
    listeners: Vec<Listener>,
    /// Where it listened before: it comes back there.
    addresses: Vec<SocketAddr>,
}

impl listening::Listening for Listening {
    fn is_on(&self) -> bool {
        !self.listeners.is_empty()
    }

    fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    fn begin(&mut self, shared: &Arc<Shared>) -> Result<(), StartError> {
        let accepting = *shared.accepting.borrow();
        if accepting == Accepting::Timeout {
            let full = fill(&self.listeners);
            full.map_err(|(address, source)| StartError::Timeout { address, source })?;
        }
        if accepting == Accepting::Refuse {
            self.refuse();
        } else {
            accept_on(shared, &mut self.listeners).map_err(|(address, source)| {
                StartError::Listen { listen: address.to_string(), source }
            })?;
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
        let mut new = Listening::of(new);
        let addresses = [kept.as_slice(), new.addresses()].concat();
        check(&addresses)?;
        new.begin(shared)?;
        self.listeners.retain(|listener| kept.contains(&listener.address()));
        self.listeners.append(&mut new.listeners);
        self.addresses = addresses;
        Ok(())
    }

    fn end(&mut self) {
        self.listeners.clear();
    }

    fn forget_addresses(&mut self) {
        self.addresses.clear();
    }

    fn change(&mut self, shared: &Arc<Shared>, to: Accepting) -> Result<(), AcceptingError> {
        let from = *shared.accepting.borrow();
        match (from, to) {
            (Accepting::Refuse, _) => self.listen_again(shared, to)?,
            // What refuses needs no queue.
            (Accepting::Timeout, Accepting::Refuse) => {}
            (Accepting::Timeout, _) => self.resume(from, to)?,
            _ => {}
        }
        if to == Accepting::Timeout {
            self.time_out(shared, from)?;
        } else {
            shared.accepting.send_replace(to);
        }
        if to == Accepting::Refuse {
            self.refuse();
        }
        Ok(())
    }
}

impl Listening {
    /// At every address that each of `listen` stands for.
    pub(crate) fn bind(listen: &[String]) -> Result<Self, StartError> {
        bind_all(listen).map(Listening::of)
    }

    fn of(listeners: Vec<Listener>) -> Self {
        let addresses = listeners.iter().map(Listener::address).collect();
        Listening { listeners, addresses }
    }

    fn refuse(&mut self) {
        self.listeners.iter_mut().for_each(Listener::refuse);
    }

    /// Ends refusing.
    fn listen_again(&mut self, shared: &Arc<Shared>, to: Accepting) -> Result<(), AcceptingError> {
        let from = Accepting::Refuse;
        let done = self.resume(from, to).and_then(|()| {
            accept_on(shared, &mut self.listeners)
                .map_err(|(address, source)| AcceptingError::Listen { from, to, address, source })
        });
        if done.is_err() {
            self.refuse();
        }
        done
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

    /// Has connects time out.
    fn time_out(&mut self, shared: &Shared, from: Accepting) -> Result<(), AcceptingError> {
        let to = Accepting::Timeout;
        let (address, source) = match fill(&self.listeners) {
            Ok(full) => {
                // While the queues are full, so that nobody takes anything off them meanwhile.
                shared.accepting.send_replace(to);
                drop(full);
                return Ok(());
            }
            Err(failure) => failure,
        };
        if from == Accepting::Refuse {
            self.refuse();
        } else {
            self.resume(from, to)?;
        }
        Err(AcceptingError::Timeout { from, address, source })
    }
}

/// Has clients accepted on all of them, or gives the address at which that failed.
fn accept_on(
    shared: &Arc<Shared>,
    listeners: &mut [Listener],
) -> Result<(), (SocketAddr, io::Error)> {
    listeners.iter_mut().try_for_each(|listener| {
        let acceptor = acceptor::start(shared, listener);
        listener.set_acceptor(acceptor.map_err(|source| (listener.address(), source))?);
        Ok(())
    })
}

/// Fills all queues, or gives the address at which that failed.
fn fill(listeners: &[Listener]) -> Result<Vec<Full<'_>>, (SocketAddr, BacklogError)> {
    let each = listeners.iter();
    each.map(|one| one.fill().map_err(|source| (one.address(), source))).collect()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::TcpStream;
    use std::time::Duration;

    use tokio::runtime::Handle;

    use super::*;
    use crate::event::What;
    use crate::gate::{Builder, TcpGate};
    use crate::listening::Listening as _;
    use crate::route::Route;

    /// On the runtime of the test, which is blocked: nobody is taken off a queue.
    fn builder() -> Builder {
        TcpGate::builder(Route::to("127.0.0.1:9")).runtime(Handle::current())
    }

    #[tokio::test]
    async fn every_one_of_several_sockets_is_filled_and_emptied() {
        let gate = builder().build().expect("a gate");
        let mut listeners = Vec::new();
        for listen in ["127.0.0.1:0", "127.0.0.2:0", "[::1]:0"] {
            // There are machines without the last one.
            listeners.extend(bind_all::<Listener>(&[listen]).unwrap_or_default());
        }
        let mut listening = Listening::of(listeners);
        listening.begin(gate.shared()).expect("descriptors");
        let is_let_in = |address: &SocketAddr| {
            TcpStream::connect_timeout(address, Duration::from_millis(100)).is_ok()
        };
        for (accepting, expected) in [(Accepting::Timeout, false), (Accepting::Accept, true)] {
            listening.change(gate.shared(), accepting).expect("a full queue");
            for address in listening.addresses() {
                assert_eq!(is_let_in(address), expected, "{address} with {accepting}");
            }
        }
    }

    /// The gate's own connection, which fills the queue, wakes the loop that accepts. On the one
    /// thread of this runtime that would wait for ever if it waited for the queue.
    #[tokio::test]
    async fn no_thread_of_the_runtime_waits_for_a_queue_that_is_being_filled() {
        let gate = builder().start().expect("a gate");
        let mut listening = Listening::bind(&["127.0.0.1:0".to_owned()]).expect("a free port");
        listening.begin(gate.shared()).expect("descriptors");
        let mut events = gate.subscribe();
        let full = fill(&listening.listeners).expect("a full queue");
        while !listening.listeners[0].backlog().is_waited_for() {
            tokio::task::yield_now().await;
        }
        drop(full);
        listening.resume(Accepting::Accept, Accepting::Accept).expect("a queue of its length");
        let client = tokio::net::TcpStream::connect(listening.addresses()[0]).await;
        let client = client.and_then(|client| client.local_addr()).expect("it is let in");
        let accepted = tokio::time::timeout(Duration::from_secs(20), events.recv()).await;
        let what = accepted.expect("in time").expect("an event").what;
        assert_eq!(what, What::Accepted { client });
    }
}
