//! DNS: a message in each datagram, or behind its length in a stream.
//!
//! Specified in [RFC 1035](https://www.rfc-editor.org/rfc/rfc1035), section 4.

mod datagrams;
mod head;
mod question;
mod stream;
mod types;

pub use datagrams::Datagrams;
pub(crate) use types::canonical;

use crate::Framer;
use crate::counted::Counted;
use crate::info::{Kinds, Others, ProtocolInfo};

use question::{QUERY, RESPONSE};
use stream::Stream;

pub(crate) static INFO: ProtocolInfo = ProtocolInfo {
    name: head::PROTOCOL,
    docs: "DNS in datagrams and in streams; what is searched in a message is the name that is asked \
        for, such as www.example.com, in small letters",
    to_server: Kinds { known: &[QUERY], others: Some(TYPES) },
    to_client: Kinds { known: &[RESPONSE], others: Some(TYPES) },
};

const TYPES: Others = Others {
    docs: "a message by the type that is asked for, such as AAAA or TYPE65280",
    is_one: types::is_one,
};

/// What finds the messages to the server, and those to the client.
pub(crate) fn framers() -> (Framer, Framer) {
    let framer = || Framer::new(Counted::new(Stream::new()));
    (framer(), framer())
}
