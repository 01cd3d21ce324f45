//! A proxy: a gate, with what it was asked to be, and its toxics.

use std::net::SocketAddr;
use std::sync::Arc;

use chaosgate::{Route, Transport};
use serde::Serialize;

use super::counts::Past;
use super::error::ApiError;
use super::listen;
use super::toxic::{GivenToxic, Toxic};
use crate::registry::Kept;

/// What the dialect keeps beside a gate.
#[derive(Debug, Default)]
pub struct Proxy {
    said: Option<Said>,
    /// In the order in which they were added.
    pub(super) toxics: Vec<Toxic>,
    /// What it has counted on the routes that it has left.
    pub(super) past: Past,
}

/// What was said of a route. It is shown as long as that is the route of the gate.
#[derive(Debug)]
struct Said {
    /// Where it listens, or did; if it never has, where it was asked to.
    listen: String,
    upstream: String,
    route: Arc<Route>,
}

/// What a proxy is asked to be.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) listen: String,
    pub(super) upstream: String,
    pub(super) enabled: bool,
    pub(super) toxics: Vec<GivenToxic>,
}

/// A proxy as it is shown.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Shown {
    pub(super) name: String,
    listen: String,
    upstream: String,
    enabled: bool,
    toxics: Vec<Toxic>,
}

/// Where it stands.
impl Kept<Proxy> {
    /// This, if it is a proxy: one of datagrams is none, since Toxiproxy has no words for it.
    pub(super) fn as_proxy(&mut self) -> Result<&mut Self, ApiError> {
        let is_one = self.gate.transport() == Transport::Stream;
        if is_one { Ok(self) } else { Err(ApiError::ProxyNotFound) }
    }

    /// What was said of the route that the gate has, if that came by this interface.
    fn said(&self) -> Option<&Said> {
        self.beside.said.as_ref().filter(|said| Arc::ptr_eq(&said.route, &self.gate.route()))
    }

    /// That this was said of the route that the gate has.
    pub(super) fn say(&mut self, listen: String, upstream: String) {
        self.beside.said = Some(Said { listen, upstream, route: self.gate.route() });
    }

    /// Where it listens, or did; if it never has, where it was asked to.
    pub(super) fn listen(&self) -> String {
        if self.gate.is_running() {
            // Whoever has started it.
            return self.gate.address().to_string();
        }
        let own = || match self.gate.addresses().first() {
            Some(address) => address.to_string(),
            None => self.gate.route().listen.clone(),
        };
        self.said().map_or_else(own, |said| said.listen.clone())
    }

    /// Where its server is, as it was said.
    pub(super) fn upstream(&self) -> String {
        let own = || self.gate.route().upstream.clone();
        self.said().map_or_else(own, |said| said.upstream.clone())
    }

    pub(super) fn shown(&self, name: &str) -> Shown {
        Shown {
            name: name.to_owned(),
            listen: self.listen(),
            upstream: self.upstream(),
            enabled: self.gate.is_running(),
            toxics: self.shown_toxics(),
        }
    }

    /// Whether it stands on this route already, running or not.
    pub(super) fn is_on(&self, listen: &str, at: SocketAddr, upstream: &str) -> bool {
        let own = self.listen();
        (listen::is_at(&own, at) || !self.gate.is_running() && own == listen)
            && self.upstream() == upstream
    }
}
