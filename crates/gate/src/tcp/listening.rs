//! The listening sockets of a gate together, and how they change from one way of accepting to
//! another.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use super::acceptor;
use super::backlog::Closed;
use super::listener::{Listener, Queue};
use super::ready::Ready;
use crate::accepting::Accepting;
use crate::bind::{Socket as _, bind_missing};
use crate::error::{AcceptingError, BacklogError, StartError};
use crate::listening::{self, ListenAt, Movable};
use crate::shared::Shared;

/// The listening sockets of a gate, and the loops that take clients off them.
#[derive(Debug, Default)]
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

/// What a gate is to go on with.
#[derive(Debug)]
pub(crate) struct Move {
    addresses: Vec<SocketAddr>,
    /// With its own, whose queues are to be others.
    changed: Vec<Ready>,
    /// With listeners of others.
    given: Vec<Ready>,
    /// With new ones.
    new: Vec<(Ready, Listener)>,
}

impl Movable for Listening {
    type Left = Listener;
    type Ready = Move;

    fn elsewhere(&self, staying: &[SocketAddr]) -> Vec<&Listener> {
        let is_left = |listener: &&Listener| !staying.contains(&listener.address());
        self.listeners.iter().filter(is_left).collect()
    }

    fn prepare(
        &self,
        shared: &Arc<Shared>,
        at: &ListenAt,
        accepting: Accepting,
        leaving: &mut Vec<&Listener>,
    ) -> Result<Move, StartError> {
        let queue = Queue::from(accepting);
        let is_there = |own: &Listener| own.is_bound() || queue == Queue::Refused;
        let has = |address: &SocketAddr| {
            self.listeners.iter().any(|own| own.address() == *address && is_there(own))
        };
        let (kept, others): (Vec<_>, Vec<_>) = at.addresses.iter().partition(|at| has(at));
        let (mut taken, mut missing) = (Vec::new(), Vec::new());
        for address in others {
            let given = |one: &&Listener| one.address() == address && one.is_bound();
            match leaving.iter().position(given) {
                Some(place) => taken.push(leaving.swap_remove(place)),
                None => missing.push(address),
            }
        }
        let has_others = !kept.is_empty() || !taken.is_empty();
        let new: Vec<Listener> = bind_missing(&at.listen, &missing, has_others)?;
        let addresses_of_those = taken.iter().copied().chain(&new).map(Listener::address);
        let addresses = kept.into_iter().chain(addresses_of_those).collect();
        let ready = |one: &Listener| Ready::for_gate(shared, one, accepting);
        let is_changed = |one: &&Listener| {
            at.addresses.contains(&one.address()) && is_there(one) && one.queue() != queue
        };
        let changed = self.listeners.iter().filter(is_changed).map(ready);
        let changed = changed.collect::<Result<_, _>>()?;
        let given = taken.into_iter().map(ready).collect::<Result<_, _>>()?;
        let new = new.into_iter().map(|one| ready(&one).map(|ready| (ready, one)));
        let new = new.collect::<Result<_, _>>()?;
        Ok(Move { addresses, changed, given, new })
    }

    fn addresses_of(ready: &Move) -> &[SocketAddr] {
        &ready.addresses
    }

    fn leave(&mut self, _: &Shared, staying: &[SocketAddr]) -> Vec<Listener> {
        let is_left = |listener: &mut Listener| !staying.contains(&listener.address());
        self.listeners.extract_if(.., is_left).collect()
    }

    fn settle(&mut self, shared: &Arc<Shared>, ready: Move, left: &mut Vec<Listener>) {
        for ready in ready.changed {
            let mut own = self.listeners.iter_mut();
            if let Some(listener) = own.find(|own| own.address() == ready.address) {
                ready.begin(shared, listener);
            }
        }
        let given = ready.given.into_iter().filter_map(|ready| {
            let place = left.iter().position(|one| one.address() == ready.address)?;
            Some((ready, left.swap_remove(place)))
        });
        for (ready, mut listener) in given.chain(ready.new) {
            ready.begin(shared, &mut listener);
            // One that was closed to refuse may have been there.
            self.listeners.retain(|own| own.address() != listener.address());
            self.listeners.push(listener);
        }
        self.addresses = ready.addresses;
    }
}

impl Listening {
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
        let (address, source) = match fill(&mut self.listeners) {
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
        let socket = acceptor::socket(shared, listener);
        let socket = socket.map_err(|source| (listener.address(), source))?;
        let acceptor = acceptor::start(shared, socket, listener.backlog());
        listener.set_acceptor(acceptor, Queue::Open);
        Ok(())
    })
}

/// Fills all queues, or gives the address at which that failed.
fn fill(listeners: &mut [Listener]) -> Result<Vec<Closed>, (SocketAddr, BacklogError)> {
    let each = listeners.iter_mut();
    each.map(|one| one.fill().map_err(|source| (one.address(), source))).collect()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::TcpStream;
    use std::time::Duration;

    use tokio::runtime::Handle;

    use super::*;
    use crate::bind::bind_all;
    use crate::event::What;
    use crate::gate::{Builder, TcpGate};
    use crate::listening::Listening as _;
    use crate::route::Route;

    /// On the runtime of the test, which is blocked: nobody is taken off a queue.
    fn builder() -> Builder {
        TcpGate::builder(Route::to("127.0.0.1:9")).runtime(Handle::current())
    }

    /// These listeners, at work for a gate.
    fn of(shared: &Arc<Shared>, listeners: Vec<Listener>) -> Listening {
        let addresses = listeners.iter().map(Listener::address).collect();
        let ready =
            |one| (Ready::for_gate(shared, &one, Accepting::Accept).expect("descriptors"), one);
        let new = listeners.into_iter().map(ready).collect();
        let mut listening = Listening::default();
        listening.settle(
            shared,
            Move { addresses, changed: Vec::new(), given: Vec::new(), new },
            &mut Vec::new(),
        );
        listening
    }

    #[tokio::test]
    async fn every_one_of_several_sockets_is_filled_and_emptied() {
        let gate = builder().build().expect("a gate");
        let mut listeners = Vec::new();
        for listen in ["127.0.0.1:0", "127.0.0.2:0", "[::1]:0"] {
            // There are machines without the last one.
            listeners.extend(bind_all::<Listener>(listen).unwrap_or_default());
        }
        let mut listening = of(gate.shared(), listeners);
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
        let listeners = bind_all("127.0.0.1:0").expect("a free port");
        let mut listening = of(gate.shared(), listeners);
        let mut events = gate.subscribe();
        let full = fill(&mut listening.listeners).expect("a full queue");
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
