//! How gates change their places together: all of them, or none.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use parking_lot::MutexGuard;

use chaosgate_faults::How;

use super::AnyGate;
use crate::accepting::Accepting;
use crate::closed_by::ClosedBy;
use crate::error::{AcceptingError, StartError};
use crate::event::What;
use crate::events::Recorded;
use crate::listening::{ListenAt, Listening as _, Movable};
use crate::route::Route;
use crate::shared::Shared;
use crate::sockets::Sockets;
use crate::udp;

/// What becomes of the connections that stand when a gate moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenConnections {
    /// They stay with the server that they have. A client of UDP whose address to send to goes has no
    /// connection any more.
    Stay,
    /// They end, and with them the clients that wait to be connected; what is under way is discarded.
    End(How),
}

/// What is to become of a gate when several [move together](move_together): without more than the gate it
/// stays where it is, running or not.
#[derive(Debug, Clone)]
pub struct Move {
    gate: AnyGate,
    listen: Option<ListenAt>,
    upstream: Option<String>,
    runs: Option<bool>,
    accepting: Option<Accepting>,
    open: OpenConnections,
}

impl Move {
    /// Of this gate.
    pub fn of(gate: &AnyGate) -> Self {
        let (gate, open) = (gate.clone(), OpenConnections::Stay);
        Move { gate, listen: None, upstream: None, runs: None, accepting: None, open }
    }

    /// Clients are to connect there.
    #[must_use]
    pub fn listen(mut self, at: ListenAt) -> Self {
        self.listen = Some(at);
        self
    }

    /// The server is to be there, as in a [`Route`].
    #[must_use]
    pub fn upstream(mut self, upstream: impl Into<String>) -> Self {
        self.upstream = Some(upstream.into());
        self
    }

    /// Whether it is to run.
    #[must_use]
    pub fn runs(mut self, runs: bool) -> Self {
        self.runs = Some(runs);
        self
    }

    /// How it is to take clients.
    #[must_use]
    pub fn accepting(mut self, accepting: Accepting) -> Self {
        self.accepting = Some(accepting);
        self
    }

    /// What becomes of its connections, if it goes on running. By default they stay.
    #[must_use]
    pub fn open(mut self, open: OpenConnections) -> Self {
        self.open = open;
        self
    }

    /// Moves this one alone.
    pub(super) fn carry_out(self) -> Result<(), StartError> {
        move_together(&[self]).map_err(|error| error.source)
    }

    /// Whether it is to have another route, or perhaps the same.
    fn is_to_another_route(&self) -> bool {
        self.listen.is_some() || self.upstream.is_some()
    }

    fn shared(&self) -> &Arc<Shared> {
        &self.gate.core.shared
    }
}

/// Why gates cannot move. Nothing has changed.
#[derive(Debug, thiserror::Error)]
#[error("gate {gate}: {source}")]
pub struct MoveError {
    /// The name of the gate to blame.
    pub gate: String,
    /// What is wrong.
    pub source: StartError,
}

/// Has gates change their places: all of them, or none. Of several moves for one gate the last counts.
///
/// Where one of them leaves an address at which another is to listen, the other goes on there without a
/// moment in which clients are refused; who waits to be accepted waits for the other gate. So two gates can
/// change their ports with each other. That works where the addresses are the same: one which leaves all
/// addresses of a port still has the port to itself when another is to listen on a single one.
///
/// Who connects when this has returned comes to the gate and the server that it should.
/// A client that has been let in and is yet to be connected stays with its gate, and meets what that has come
/// to. Datagrams that come while a call fails may be lost.
///
/// # Errors
///
/// [`MoveError`] says which gate cannot be where it is to be, and why.
pub fn move_together(moves: &[Move]) -> Result<(), MoveError> {
    // In one order, so that of two calls at the same time none waits for the other for ever.
    let by_gate: BTreeMap<_, _> =
        moves.iter().map(|one| (Arc::as_ptr(&one.gate.core), one)).collect();
    let moves: Vec<&Move> = by_gate.into_values().collect();
    loop {
        // Before the locks are held, since a resolver may take its time.
        let first: Vec<_> =
            moves.iter().map(|one| blame(one, First::of(one))).collect::<Result<_, _>>()?;
        let mut locked: Vec<_> = moves.iter().map(|one| one.gate.listening()).collect();
        let targets = moves.iter().zip(first).zip(&locked);
        let targets =
            targets.map(|((one, first), sockets)| blame(one, Target::of(one, first, sockets)));
        let Some(targets) = targets.collect::<Result<Option<Vec<_>>, MoveError>>()? else {
            // One that is to start has moved meanwhile.
            continue;
        };
        have_places_of_their_own(&targets)?;
        let noted = carry_out(&targets, &mut locked)?;
        drop(locked);
        noted.into_iter().for_each(Recorded::log);
        return Ok(());
    }
}

fn blame<T>(one: &Move, result: Result<T, StartError>) -> Result<T, MoveError> {
    result.map_err(|source| MoveError { gate: one.shared().route().name.clone(), source })
}

/// Where a gate listens first, if it has never been started and is to be.
struct First(Option<(Arc<Route>, ListenAt)>);

impl First {
    fn of(one: &Move) -> Result<Self, StartError> {
        let is_asked_for = one.runs == Some(true) && one.listen.is_none();
        if !is_asked_for || !one.gate.addresses().is_empty() {
            return Ok(First(None));
        }
        let route = one.shared().route();
        let at = ListenAt::look_up(&route.listen)?;
        Ok(First(Some((route, at))))
    }
}

/// What a gate comes to.
struct Target<'a> {
    of: &'a Move,
    route: Arc<Route>,
    /// Nowhere, if it is not to run.
    at: ListenAt,
    was_on: bool,
    runs: bool,
    /// How it takes clients, then and before.
    accepting: Accepting,
    accepted: Accepting,
    /// Whether that is worth an event: not that a gate begins where it was to be from the beginning.
    is_rerouted: bool,
}

impl<'a> Target<'a> {
    /// `None` if the gate has another route by now than the one whose addresses were looked up.
    fn of(of: &'a Move, first: First, sockets: &Sockets) -> Result<Option<Self>, StartError> {
        let (was_on, before) = (sockets.is_on(), of.shared().route());
        let runs = of.runs.unwrap_or(was_on);
        if runs && of.shared().has_ended() {
            return Err(StartError::RuntimeEnded);
        }
        let route = if of.is_to_another_route() {
            let listen = of.listen.as_ref().map_or(&before.listen, |at| &at.listen);
            let upstream = of.upstream.as_ref().unwrap_or(&before.upstream);
            Arc::new(Route::new(&before.name, listen, upstream))
        } else {
            before.clone()
        };
        let own = sockets.addresses();
        let at = match (&of.listen, first.0) {
            _ if !runs => ListenAt::default(),
            (Some(at), _) => at.clone(),
            (None, _) if !own.is_empty() => {
                let listen: Vec<_> = own.iter().map(ToString::to_string).collect();
                ListenAt { listen: listen.join(", "), addresses: own.to_vec() }
            }
            (None, Some((route, at))) if Arc::ptr_eq(&route, &before) => at,
            _ => return Ok(None),
        };
        if runs && !was_on || of.is_to_another_route() {
            of.gate.check(&route)?;
        }
        let is_rerouted = of.is_to_another_route() && (was_on || route != before);
        let accepted = of.gate.accepting();
        let accepting = of.accepting.unwrap_or(accepted);
        if !accepting.suits(of.shared().transport) {
            return Err(AcceptingError::Unsuitable { from: accepted, to: accepting }.into());
        }
        Ok(Some(Target { of, route, at, was_on, runs, accepting, accepted, is_rerouted }))
    }

    /// Whether the route leads to somebody else than to these addresses that it begins at.
    fn leads_elsewhere(&self, own: &[SocketAddr]) -> Result<(), StartError> {
        match own.iter().find(|own| self.route.leads_to(**own)) {
            Some(listen) => {
                let upstream = self.route.upstream.clone();
                Err(StartError::RouteToItself { upstream, listen: *listen })
            }
            None => Ok(()),
        }
    }

    /// What has to be before it takes a client on its new way.
    fn begin(&self) {
        let shared = self.of.shared();
        if self.of.is_to_another_route() {
            shared.set_route(Route::clone(&self.route));
        }
        if self.runs && !self.was_on {
            shared.registry.open();
        }
        shared.accepting.send_replace(self.accepting);
        if let (true, OpenConnections::End(how)) = (self.runs || !self.was_on, self.of.open) {
            // Before anybody comes by its new sockets.
            shared.registry.end_clients(&ClosedBy::Call, how, |_, _| true);
        }
    }

    /// What follows when it has its sockets.
    fn end(&self, sockets: &mut Sockets) -> Vec<Recorded<'a>> {
        let shared = self.of.shared();
        if !self.runs {
            self.of.gate.core.shut(sockets);
        }
        if !self.runs && self.of.listen.is_some() {
            sockets.forget_addresses();
        }
        let Route { listen, upstream, .. } = Route::clone(&self.route);
        let rerouted = self.is_rerouted.then_some(What::Rerouted { listen, upstream });
        let accepting = self.accepting;
        let set = (accepting != self.accepted).then_some(What::AcceptingSet { accepting });
        let what = rerouted.into_iter().chain(set);
        what.map(|what| shared.events.record(None, what)).collect()
    }
}

/// Does all that may fail, and then the rest.
fn carry_out<'a>(
    targets: &[Target<'a>],
    locked: &mut [MutexGuard<'_, Sockets>],
) -> Result<Vec<Recorded<'a>>, MoveError> {
    let (mut streams, mut datagrams) = (Vec::new(), Vec::new());
    for (target, sockets) in targets.iter().zip(locked.iter_mut()) {
        match &mut **sockets {
            Sockets::Stream(sockets) => streams.push((target, sockets)),
            Sockets::Datagram(sockets) => datagrams.push((target, sockets)),
        }
    }
    let (ready_streams, ready_datagrams) = (prepare(&streams)?, prepare(&datagrams)?);
    accept_datagrams(&mut datagrams)?;
    targets.iter().for_each(Target::begin);
    settle(streams, ready_streams);
    settle(datagrams, ready_datagrams);
    let each = targets.iter().zip(locked.iter_mut());
    Ok(each.flat_map(|(target, sockets)| target.end(sockets)).collect())
}

fn prepare<S: Movable>(parts: &[(&Target<'_>, &mut S)]) -> Result<Vec<S::Ready>, MoveError> {
    let left = parts.iter().flat_map(|(target, sockets)| sockets.elsewhere(&target.at.addresses));
    let mut left: Vec<_> = left.collect();
    let prepare = |(target, sockets): &(&Target<'_>, &mut S)| {
        let (shared, accepting) = (target.of.shared(), target.accepting);
        let ready = sockets.prepare(shared, &target.at, accepting, &mut left);
        let ready =
            ready.and_then(|ready| target.leads_elsewhere(S::addresses_of(&ready)).map(|()| ready));
        blame(target.of, ready)
    };
    parts.iter().map(prepare).collect()
}

/// Has the sockets that gates of datagrams have already take them as they are to be, when all else is ready.
fn accept_datagrams(parts: &mut [(&Target<'_>, &mut udp::Listening)]) -> Result<(), MoveError> {
    for place in 0..parts.len() {
        let (target, sockets) = &mut parts[place];
        if let Err(source) = sockets.change(target.of.shared(), target.accepting) {
            for (target, sockets) in &mut parts[..place] {
                // That it cannot be as before is as good as can be had.
                let _ = sockets.change(target.of.shared(), target.accepted);
            }
            return blame(parts[place].0.of, Err(source.into()));
        }
    }
    Ok(())
}

/// Whether no two gates are to listen at one address: a socket that refuses would let it pass.
fn have_places_of_their_own(targets: &[Target<'_>]) -> Result<(), MoveError> {
    for (number, target) in targets.iter().enumerate() {
        let transport = target.of.shared().transport;
        let others = targets[..number].iter().filter(|one| one.of.shared().transport == transport);
        let mut taken = others.flat_map(|one| &one.at.addresses);
        if let Some(at) = taken.find(|at| at.port() != 0 && target.at.addresses.contains(at)) {
            let (listen, source) = (at.to_string(), io::ErrorKind::AddrInUse.into());
            return blame(target.of, Err(StartError::Listen { listen, source }));
        }
    }
    Ok(())
}

fn settle<S: Movable>(mut parts: Vec<(&Target<'_>, &mut S)>, ready: Vec<S::Ready>) {
    let mut left = Vec::new();
    for (target, sockets) in &mut parts {
        left.extend(sockets.leave(target.of.shared(), &target.at.addresses));
    }
    for ((target, sockets), ready) in parts.into_iter().zip(ready) {
        if target.runs {
            sockets.settle(target.of.shared(), ready, &mut left);
        }
    }
}
