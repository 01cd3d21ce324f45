//! The connections of one shared socket, by the addresses of their clients.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use super::connection::Connection;
use crate::lock::locked;

/// The connections of one shared socket.
#[derive(Debug, Default)]
pub(super) struct Connections(Mutex<HashMap<SocketAddr, Arc<Connection>>>);

impl Connections {
    /// The client's connection, or the one that `begin` makes if it has none, or one that is over.
    pub(super) fn of(
        &self,
        client: SocketAddr,
        begin: impl FnOnce() -> Option<Arc<Connection>>,
    ) -> Option<Arc<Connection>> {
        let mut connections = locked(&self.0);
        if let Some(connection) = connections.get(&client).filter(|one| one.is_open()) {
            return Some(connection.clone());
        }
        let connection = begin()?;
        connections.insert(client, connection.clone());
        Some(connection)
    }

    /// Forgets a connection, unless its client has begun a new one.
    pub(super) fn forget(&self, connection: &Arc<Connection>) {
        let mut connections = locked(&self.0);
        let client = connection.client().address;
        if connections.get(&client).is_some_and(|known| Arc::ptr_eq(known, connection)) {
            connections.remove(&client);
        }
    }
}
