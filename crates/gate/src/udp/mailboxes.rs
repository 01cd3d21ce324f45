//! The clients of one shared socket, each with the mailbox of its connection.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use parking_lot::Mutex;

use super::mailbox::Mailbox;

/// A client's address, and the one that it has asked: where the gate has several, each is another
/// peer to the client.
type Key = (SocketAddr, Option<IpAddr>);

/// The mailboxes of the clients of one shared socket.
#[derive(Debug, Default)]
pub(super) struct Mailboxes(Mutex<HashMap<Key, Arc<Mailbox>>>);

impl Mailboxes {
    /// That of the client's connection, if it has one.
    pub(super) fn of(&self, key: Key) -> Option<Arc<Mailbox>> {
        self.0.lock().get(&key).cloned()
    }

    /// The numbers of all clients.
    pub(super) fn numbers(&self) -> HashSet<u64> {
        self.0.lock().values().map(|mailbox| mailbox.client().number).collect()
    }

    /// Remembers that of a connection, in place of one that is over.
    pub(super) fn remember(&self, mailbox: &Arc<Mailbox>) {
        self.0.lock().insert(mailbox.key(), mailbox.clone());
    }

    /// Forgets that of a connection, unless its client has begun a new one.
    pub(super) fn forget(&self, mailbox: &Arc<Mailbox>) {
        let mut mailboxes = self.0.lock();
        let key = mailbox.key();
        if mailboxes.get(&key).is_some_and(|known| Arc::ptr_eq(known, mailbox)) {
            mailboxes.remove(&key);
        }
    }
}
