//! HTTP/1.0 and 1.1: heads, and how long the bodies behind them are.
//!
//! Specified in [RFC 9112](https://www.rfc-editor.org/rfc/rfc9112).

mod asked;
mod body;
mod chunks;
mod empty_line;
mod head;
mod messages;
mod requests;
mod responses;

use std::sync::Arc;

use crate::Framer;
use crate::info::{Kinds, Others, ProtocolInfo};

use asked::Asked;
use messages::Messages;
use requests::Requests;
use responses::Responses;

pub(crate) static INFO: ProtocolInfo = ProtocolInfo {
    name: head::PROTOCOL,
    docs: "HTTP/1.0 and 1.1, up to an upgrade or a tunnel",
    to_server: Kinds {
        known: &[requests::REQUEST],
        others: Some(Others {
            docs: "a request by its method, such as GET",
            is_one: |name| !name.starts_with(|letter: char| letter.is_ascii_digit()),
        }),
    },
    to_client: Kinds {
        known: &[responses::RESPONSE],
        others: Some(Others {
            docs: "a response by its status, such as 503, or by the first digit of that: 5xx",
            is_one: |name| name.parse().is_ok_and(|status| (100..=999).contains(&status)),
        }),
    },
};

/// What finds the requests, and the responses.
pub(crate) fn framers() -> (Framer, Framer) {
    let asked = Arc::new(Asked::default());
    let requests = Messages::new(Requests::new(asked.clone()));
    (Framer::new(requests), Framer::new(Messages::new(Responses::new(asked))))
}
