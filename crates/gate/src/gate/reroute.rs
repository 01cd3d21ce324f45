//! How a gate moves to another route.

use chaosgate_faults::How;

use super::AnyGate;
use super::any::leads_elsewhere;
use crate::bind::resolve;
use crate::error::StartError;
use crate::event::{ClosedBy, What};
use crate::route::Route;

/// What becomes of the connections that stand when a gate moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenConnections {
    /// They stay with the server that they have. A client of UDP whose address to send to goes has no
    /// connection any more.
    Stay,
    /// They end, and with them the clients that wait to be connected; what is under way is discarded.
    End(How),
}

/// Moving.
impl AnyGate {
    /// Goes on between other addresses: where clients connect, and where the server is, each as in a
    /// [`Route`], and as before if it is `None`. Who connects when this has returned comes to that server. Its
    /// name stays, and faults, hits, coins, the numbers of connections and all that it has counted.
    ///
    /// At addresses where it listens already it goes on without a moment in which clients are refused. A
    /// gate that is stopped listens there when it is started. A host name to listen on is looked up here,
    /// which waits for the system's resolver.
    ///
    /// # Errors
    ///
    /// [`StartError`] says what is wrong with the addresses, or that one of them is taken: by the gate
    /// itself, if it stands for others that this listens on. Nothing has changed then.
    pub fn reroute(
        &self,
        listen: Option<&str>,
        upstream: Option<&str>,
        open: OpenConnections,
    ) -> Result<(), StartError> {
        let shared = &self.core.shared;
        if shared.has_ended() {
            return Err(StartError::RuntimeEnded);
        }
        // Before the lock is held, since a resolver may take its time.
        let addresses = listen.map(resolve).transpose()?;

        let mut listening = self.listening();
        let before = shared.route();
        let listen = listen.unwrap_or(&before.listen);
        let upstream = upstream.unwrap_or(&before.upstream);
        let route = Route::new(&before.name, listen, upstream);
        self.check(&route)?;
        match addresses {
            None => leads_elsewhere(&route, listening.addresses())?,
            Some(addresses) if listening.is_on() => {
                let check = |own: &[_]| leads_elsewhere(&route, own);
                listening.move_to(shared, listen, &addresses, &check)?;
            }
            Some(_) => listening.forget_addresses(),
        }
        shared.set_route(route);
        if let OpenConnections::End(how) = open {
            shared.registry.end_clients(&ClosedBy::Call, how, |_, _| true);
        }
        let (listen, upstream) = (listen.to_owned(), upstream.to_owned());
        let noted = shared.events.record(None, What::Rerouted { listen, upstream });
        drop(listening);
        noted.log();
        Ok(())
    }
}
