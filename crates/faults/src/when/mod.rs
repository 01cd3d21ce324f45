//! On which connections, and from where to where in the traffic, an entry's fault acts.
//!
//! `mod.rs` is what users write: `clients.rs` which clients are meant, `pattern.rs` what is looked for
//! (`scan.rs`: in what comes, read by read), `span.rs` up to where the fault acts.
//! `spans.rs` counts how often it has, on all connections, and `state.rs` is what is shown of that.

mod clients;
mod pattern;
mod scan;
mod span;
mod spans;
mod state;

pub use clients::{Clients, NoClients};
pub use pattern::{NoPattern, Pattern};
pub(crate) use scan::{Hold, Scan};
pub use span::{NoSpan, Span};
pub(crate) use spans::{Claim, Spans};
pub use state::State;

use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::{ByteSize, Count, NonZeroByteSize, Numbers, duration};

/// When a fault acts: on which connections, from where to where in the traffic, and how often. Without any
/// of it, on all connections, always.
///
/// What comes outside passes as if the fault were not there. It is made when its moment comes, and what it
/// counts it counts from there; when its span is over it goes as if it were removed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[non_exhaustive]
pub struct When {
    /// The connections that it acts on, counted from the moment at which it was set: those
    /// that stood then are none of them, and one whose server could not be reached counts too.
    pub connections: Option<Numbers>,
    /// The clients on whose connections it acts: a network, an address, or a port.
    pub client: Option<Clients>,
    /// It acts from so long after it was set.
    #[serde(with = "duration::option")]
    #[schemars(schema_with = "duration::option::schema")]
    pub start_after: Option<Duration>,
    /// It acts from behind so many bytes of its direction on a connection. A datagram
    /// that has the last of them passes whole.
    pub after_bytes: ByteSize,
    /// It acts from behind each match of this pattern in its direction, or with `span=match`
    /// on the match itself. A match ends at the first byte at which the pattern matches. What
    /// the fault is given is not looked at.
    pub on: Option<Pattern>,
    /// It acts from where this pattern matches in the other direction, before the last byte
    /// of the match is written on: a reply is lost after the server has the request.
    pub on_other: Option<Pattern>,
    /// Which matches within a connection, of `on`, or of `on_other` alone. The default is each.
    pub nth: Option<Numbers>,
    /// Up to where it acts: to the end of the connection, on the match, for so many bytes, or
    /// for so long. Bytes are over when something comes behind them; a datagram of which one
    /// byte is meant is meant whole. With `on` or `nth` it acts anew on the next match,
    /// without them once in a connection.
    pub span: Span,
    /// How often it acts, on all connections together: in so many spans in which it has hit.
    pub times: Option<Count>,
    /// With `span=match`, how many bytes that may be a match are held back at most. What is
    /// longer is none.
    pub match_size: NonZeroByteSize,
    /// With `span=match`, how long bytes that may be a match are held back at most.
    #[serde(with = "duration")]
    #[schemars(schema_with = "duration::schema")]
    pub match_wait: Duration,
}

/// 64 KiB.
const MATCH_SIZE: NonZeroByteSize =
    NonZeroByteSize::of(NonZeroU64::MIN.saturating_add((64 << 10) - 1));

impl Default for When {
    /// On all connections, always.
    fn default() -> Self {
        When {
            connections: None,
            client: None,
            start_after: None,
            after_bytes: ByteSize::default(),
            on: None,
            on_other: None,
            nth: None,
            span: Span::Rest,
            times: None,
            match_size: MATCH_SIZE,
            match_wait: Duration::from_secs(1),
        }
    }
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
        let When { connections, client, match_size, match_wait, .. } = self.clone();
        *self == When { connections, client, match_size, match_wait, ..When::default() }
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
        let refuse = |field, reason: String| Err(WhenError { field, reason });
        if let (Some(start), Some(end)) = (self.start_after, lasts)
            && end <= start
        {
            let (start, end) = (duration::display(start), duration::display(end));
            let reason = "is not less than for";
            return refuse(
                "start_after",
                format!("{start} {reason} = {end}: it would end before it acts"),
            );
        }
        if let (Some(nth), None, None) = (self.nth, &self.on, &self.on_other) {
            return refuse("nth", format!("\"{nth}\" counts matches: give on or on_other too"));
        }
        if self.span == Span::Match && self.on.is_none() {
            return refuse("span", "\"match\" has no beginning: give on too".to_owned());
        }
        Ok(())
    }
}
