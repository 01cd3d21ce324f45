//! How a proxy is made, and how it changes.

use std::io;
use std::net::SocketAddr;

use chaosgate::{AnyGate, How, OpenConnections, Route, StartError, TcpGate};
use tokio::runtime::Handle;

use super::error::ApiError;
use super::listen::{self, ListenError};
use super::proxy::{Proxy, Wanted};
use super::toxic::GivenToxic;
use super::upstream;
use super::warnings::Warnings;
use crate::log;
use crate::registry::{Kept, Registry};

/// Makes the gates of proxies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Maker<'a> {
    pub(super) registry: &'a Registry<Proxy>,
    pub(super) name: &'a str,
    /// Whether what a proxy has counted on a route is kept when it leaves that: not if nobody is shown it,
    /// since each route that a proxy has had is a series.
    pub(super) keeps_counts: bool,
    /// How many of the last descriptors its gates leave to the interface.
    pub(super) leaves: u64,
}

impl Maker<'_> {
    /// A gate on this route, that is yet to be started.
    fn gate(&self, listen: &str, upstream: &str) -> Result<TcpGate, StartError> {
        TcpGate::builder(Route::new(self.name, listen, upstream::dialled(upstream)))
            .runtime(Handle::current())
            .seed(self.registry.seed_for(self.name))
            .on_dial_failure(How::Fin)
            .leave_descriptors(self.leaves)
            .unchecked_upstream()
            .build()
    }

    /// A new proxy, which listens `at` this address if it is enabled.
    pub(super) fn proxy(
        &self,
        wanted: Wanted,
        at: Option<SocketAddr>,
        warnings: &mut Warnings,
    ) -> Result<Kept<Proxy>, ApiError> {
        let Wanted { listen, upstream, toxics, .. } = wanted;
        let place = at.map_or_else(|| listen.clone(), |at| at.to_string());
        let gate = self.gate(&place, &upstream).map_err(ListenError::Other)?;
        let mut kept = Kept::new(AnyGate::from(gate), Proxy::default());
        kept.say(listen, upstream);
        // Before it starts, so that no client meets it without them.
        kept.add_given(self.name, toxics, warnings);
        at.map_or(Ok(()), |at| kept.start(*self, at))?;
        if at.is_none() {
            log::created(self.name, &kept.listen(), &kept.upstream());
        }
        Ok(kept)
    }
}

/// How it changes.
impl Kept<Proxy> {
    /// Goes on as `wanted`, but for its toxics. Connections stay if it stands on this route already.
    pub(super) fn change(
        &mut self,
        maker: Maker<'_>,
        wanted: Wanted,
        at: SocketAddr,
    ) -> Result<(), ListenError> {
        if !self.is_on(&wanted.listen, at, &wanted.upstream) {
            self.stop(maker.name);
            let moved = self.lead(maker, at, wanted.listen, wanted.upstream);
            moved.map_err(|error| ListenError::new(at, error))?;
        }
        match (self.gate.is_running(), wanted.enabled) {
            (false, true) => self.start(maker, at)?,
            (true, false) => self.stop(maker.name),
            _ => {}
        }
        Ok(())
    }

    /// Goes on as `wanted` in every respect, without any of its connections.
    pub(super) fn replace(
        &mut self,
        maker: Maker<'_>,
        mut wanted: Wanted,
        at: SocketAddr,
        warnings: &mut Warnings,
    ) -> Result<(), ListenError> {
        self.stop(maker.name);
        self.remove_toxics();
        self.add_given(maker.name, std::mem::take(&mut wanted.toxics), warnings);
        self.change(maker, wanted, at)
    }

    /// Adds the toxics that were given with the proxy of this name.
    fn add_given(&mut self, name: &str, toxics: Vec<GivenToxic>, warnings: &mut Warnings) {
        let mut own = Warnings::default();
        self.add_toxics(toxics, &mut own);
        warnings.add_all_of(&format!("proxy \"{name}\""), own);
    }

    /// Lets it listen there. On an error it is stopped.
    pub(super) fn start(&mut self, maker: Maker<'_>, at: SocketAddr) -> Result<(), ListenError> {
        let result = match (self.listen_at(maker, at), listen::without_ipv6(at)) {
            // Without IPv6 the other half of the wildcard is all there is.
            (Err(error), Some(other)) if !is_taken(&error) => self.listen_at(maker, other),
            (result, _) => result,
        };
        result.map_err(|error| ListenError::new(at, error))?;
        self.say(self.gate.address().to_string(), self.upstream());
        log::started(maker.name, &self.listen(), &self.upstream());
        Ok(())
    }

    fn stop(&mut self, name: &str) {
        if self.gate.is_running() {
            self.say(self.listen(), self.upstream());
            log::stopped(name);
        }
        self.gate.stop();
    }

    fn listen_at(&mut self, maker: Maker<'_>, at: SocketAddr) -> Result<(), StartError> {
        if !is_for(&self.gate, at, &upstream::dialled(&self.upstream())) {
            self.lead(maker, at, self.listen(), self.upstream())?;
        }
        self.gate.start()
    }

    /// Has its gate stand at another route, of which this was said, without any of its connections.
    fn lead(
        &mut self,
        maker: Maker<'_>,
        at: SocketAddr,
        listen: String,
        upstream: String,
    ) -> Result<(), StartError> {
        if maker.keeps_counts {
            self.beside.past.close(maker.name, &self.gate);
        }
        let (place, dialled) = (at.to_string(), upstream::dialled(&upstream));
        self.gate.reroute(Some(&place), Some(&dialled), OpenConnections::End(How::Fin))?;
        self.say(listen, upstream);
        Ok(())
    }
}

/// Whether this gate, when it is started, stands `at` this address before this upstream.
fn is_for(gate: &AnyGate, at: SocketAddr, upstream: &str) -> bool {
    let route = gate.route();
    let is_there = match gate.addresses().first() {
        Some(own) => *own == at,
        // It has never been started.
        None => route.listen == at.to_string(),
    };
    is_there && route.upstream == upstream
}

fn is_taken(error: &StartError) -> bool {
    matches!(error, StartError::Listen { source, .. } if source.kind() == io::ErrorKind::AddrInUse)
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;
    use tokio::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn counts_are_kept_of_a_former_route_only_for_somebody_who_is_shown_them() {
        for keeps_counts in [false, true] {
            let registry = Registry::new(0);
            let maker = Maker { registry: &registry, name: "p", keeps_counts, leaves: 0 };
            let wanted = Wanted {
                listen: "127.0.0.1:0".to_owned(),
                upstream: "127.0.0.1:9".to_owned(),
                enabled: true,
                toxics: Vec::new(),
            };
            let at = SocketAddr::from(([127, 0, 0, 1], 0));
            let made = maker.proxy(wanted.clone(), Some(at), &mut Warnings::default());
            let mut kept = made.expect("a free port");
            let mut client = TcpStream::connect(kept.gate.address()).await.expect("it listens");
            // Nobody listens upstream, so it is accepted and dismissed.
            assert_eq!(client.read(&mut [0]).await.expect("the end"), 0);
            kept.change(maker, wanted, at).expect("another free port");
            assert_eq!(kept.beside.past.is_empty(), !keeps_counts);
        }
    }
}
