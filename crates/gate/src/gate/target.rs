//! What a gate comes to by a move.

use std::net::SocketAddr;
use std::sync::Arc;

use super::moves::{Move, OpenConnections};
use crate::accepting::Accepting;
use crate::closed_by::ClosedBy;
use crate::error::{AcceptingError, StartError};
use crate::event::What;
use crate::events::Recorded;
use crate::listening::ListenAt;
use crate::route::Route;
use crate::sockets::Sockets;

/// Where a gate listens first, if it has never been started and is to be.
pub(super) struct First(Option<(Arc<Route>, ListenAt)>);

impl First {
    pub(super) fn of(one: &Move) -> Result<Self, StartError> {
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
pub(super) struct Target<'a> {
    pub(super) of: &'a Move,
    route: Arc<Route>,
    /// Nowhere, if it is not to run.
    pub(super) at: ListenAt,
    was_on: bool,
    pub(super) runs: bool,
    /// How it takes clients, then and before.
    pub(super) accepting: Accepting,
    pub(super) accepted: Accepting,
    /// Whether that is worth an event: not that a gate begins where it was to be from the beginning.
    is_rerouted: bool,
}

impl<'a> Target<'a> {
    /// `None` if the gate has another route by now than the one whose addresses were looked up.
    pub(super) fn of(
        of: &'a Move,
        first: First,
        sockets: &Sockets,
    ) -> Result<Option<Self>, StartError> {
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
    pub(super) fn leads_elsewhere(&self, own: &[SocketAddr]) -> Result<(), StartError> {
        match own.iter().find(|own| self.route.leads_to(**own)) {
            Some(listen) => {
                let upstream = self.route.upstream.clone();
                Err(StartError::RouteToItself { upstream, listen: *listen })
            }
            None => Ok(()),
        }
    }

    /// What has to be before it takes a client on its new way.
    pub(super) fn begin(&self) {
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
    pub(super) fn end(&self, sockets: &mut Sockets) -> Vec<Recorded<'a>> {
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
