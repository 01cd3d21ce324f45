//! On which connections, and from where to where in the traffic, an entry's fault acts.
//!
//! `mod.rs` is what users write: `clients.rs` which clients are meant, `span.rs` up to where the fault acts.
//! `spans.rs` counts how often it has, on all connections, and `state.rs` is what is shown of that.

mod clients;
mod span;
mod spans;
mod state;

pub use clients::{Clients, NoClients};
pub use span::{NoSpan, Span};
pub(crate) use spans::{Claim, Spans};
pub use state::State;

use std::net::SocketAddr;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::{ByteSize, Count, Numbers, duration};

/// When a fault acts: on which connections, from where to where in the traffic, and how often. Without any
/// of it, on all connections, always.
///
/// What comes outside passes as if the fault were not there. It is made when its moment comes, and what it
/// counts it counts from there; when its span is over it goes as if it were removed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[non_exhaustive]
pub struct When {
    /// The connections that it acts on, counted from the moment at which it was set: those that stood then
    /// are none of them, and one whose server could not be reached counts too.
    pub connections: Option<Numbers>,
    /// The clients on whose connections it acts: a network, an address, or a port.
    pub client: Option<Clients>,
    /// It acts from so long after it was set.
    #[serde(with = "duration::option")]
    #[schemars(schema_with = "duration::option::schema")]
    pub start_after: Option<Duration>,
    /// It acts from behind so many bytes of its direction on a connection. A datagram that has the last of
    /// them passes whole.
    pub after_bytes: ByteSize,
    /// Up to where it acts: to the end of the connection, for so many bytes, or for so long. Bytes are over
    /// when something comes behind them; a datagram of which one byte is meant is meant whole.
    pub span: Span,
    /// How often it acts, on all connections together: in so many spans in which it has hit.
    pub times: Option<Count>,
}

/// Why a [`When`] makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct WhenError {
    /// The field that does not go with the others.
    pub field: &'static str,
    /// Its value, and what is wrong with it.
    pub reason: String,
}

impl When {
    /// Whether the fault acts on a connection from beginning to end, if it acts there at all.
    pub(crate) fn is_always(&self) -> bool {
        let When { connections: _, client: _, start_after, after_bytes, span, times } = self;
        start_after.is_none() && after_bytes.get() == 0 && *span == Span::Rest && times.is_none()
    }

    /// Whether a connection is meant: the so many-th that came since the entry was set, or 0 for one that
    /// stood then, from this client.
    pub(crate) fn means(&self, number: u64, client: SocketAddr) -> bool {
        self.connections.is_none_or(|numbers| numbers.has(number))
            && self.client.is_none_or(|clients| clients.has(client))
    }

    /// Whether its fields go together, for an entry that ends by itself after `lasts`.
    ///
    /// # Errors
    ///
    /// [`WhenError`] names the one that does not.
    pub(crate) fn check(&self, lasts: Option<Duration>) -> Result<(), WhenError> {
        match (self.start_after, lasts) {
            (Some(start), Some(end)) if end <= start => Err(WhenError {
                field: "start_after",
                reason: format!(
                    "{} is not less than for = {}: the fault would end before it acts",
                    duration::display(start),
                    duration::display(end)
                ),
            }),
            _ => Ok(()),
        }
    }
}
