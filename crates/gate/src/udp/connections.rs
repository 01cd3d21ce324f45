//! The connections of one shared socket, by their clients.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use super::connection::Connection;
use crate::lock::locked;

/// A client's address, and the one that it has asked: where the gate has several, each is another
/// peer to the client.
type Key = (SocketAddr, Option<IpAddr>);

/// The connections of one shared socket.
#[derive(Debug, Default)]
pub(super) struct Connections(Mutex<HashMap<Key, Arc<Connection>>>);

impl Connections {
    /// The client's connection, if it has one.
    pub(super) fn of(&self, key: Key) -> Option<Arc<Connection>> {
        locked(&self.0).get(&key).cloned()
    }

    /// Remembers a connection, in place of one that is over.
    pub(super) fn remember(&self, connection: &Arc<Connection>) {
        locked(&self.0).insert(connection.key(), connection.clone());
    }

    /// Forgets a connection, unless its client has begun a new one.
    pub(super) fn forget(&self, connection: &Arc<Connection>) {
        let mut connections = locked(&self.0);
        let key = connection.key();
        if connections.get(&key).is_some_and(|known| Arc::ptr_eq(known, connection)) {
            connections.remove(&key);
        }
    }
}
