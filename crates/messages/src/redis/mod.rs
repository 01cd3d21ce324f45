//! RESP, versions 2 and 3: the protocol of Redis and of those that are like it.
//!
//! Specified in <https://redis.io/docs/latest/develop/reference/protocol-spec/>, and version 3 with all that it has in
//! <https://github.com/redis/redis-specifications/blob/master/protocol/RESP3.md>.

mod commands;
mod lost;
mod nesting;
mod number;
mod replies;

use crate::Framer;
use crate::info::{Kinds, Others, ProtocolInfo};

use commands::Commands;
use replies::Replies;

pub(crate) static INFO: ProtocolInfo = ProtocolInfo {
    name: lost::PROTOCOL,
    docs: "RESP 2 and 3, the protocol of Redis and Valkey; not what follows PSYNC",
    to_server: Kinds {
        known: &[commands::COMMAND],
        others: Some(Others {
            docs: "a command by its first word, such as GET or CONFIG",
            is_one: |_| true,
        }),
    },
    to_client: Kinds { known: &replies::REPLIES, others: None },
};

/// What finds the messages to the server, and those to the client.
pub(crate) fn framers() -> (Framer, Framer) {
    (Framer::new(Commands::new()), Framer::new(Replies::new()))
}
