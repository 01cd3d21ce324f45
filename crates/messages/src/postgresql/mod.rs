//! The protocol of `PostgreSQL`, version 3: each message has a tag and its length, but for those before the server knows who
//! is there.
//!
//! Specified in <https://www.postgresql.org/docs/current/protocol-message-formats.html>, from where the names are.

mod encryption;
mod kinds;
mod length;
mod to_client;
mod to_server;

use std::sync::Arc;

use crate::Framer;
use crate::counted::Counted;
use crate::info::{Kinds, ProtocolInfo};

use encryption::Encryption;
use to_client::ToClient;
use to_server::ToServer;

pub(crate) static INFO: ProtocolInfo = ProtocolInfo {
    name: length::PROTOCOL,
    docs: "the protocol of PostgreSQL, version 3, as long as it is not encrypted",
    to_server: Kinds { known: &kinds::TO_SERVER, others: None },
    to_client: Kinds { known: &kinds::TO_CLIENT, others: None },
};

/// What finds the messages to the server, and those to the client, on a connection that may have started before.
pub(crate) fn framers(has_started: bool) -> (Framer, Framer) {
    let encryption = Arc::new(Encryption::default());
    let to_server = Counted::new(ToServer::new(encryption.clone(), has_started));
    (Framer::new(to_server), Framer::new(Counted::new(ToClient::new(encryption))))
}
