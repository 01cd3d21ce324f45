//! What a framer finds in the bytes of a direction.

use crate::Kind;

/// What a framer finds in the bytes of a direction. A mark stands between two bytes: behind those that the
/// framer has taken, before the next.
///
/// Of each message there is one `Begins`, one `Known` and one `Ends`, in this order, and of a direction one
/// `Lost` at most, which is the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The next byte is the first of a message.
    Begins,
    /// The message that began is of this kind.
    Known(Kind),
    /// The last byte was the last of the message.
    Ends,
    /// From here on nothing is found any more. If a message had begun, its end is not known.
    Lost(Lost),
}

/// Why no messages are found any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Lost {
    /// The bytes are those of TLS.
    #[error("the connection is encrypted with TLS: no messages are seen in it")]
    Tls,
    /// The bytes are encrypted with GSSAPI, as client and server have agreed.
    #[error("the connection is encrypted with GSSAPI: no messages are seen in it")]
    Gss,
    /// By `CONNECT`, or by an upgrade to another protocol, client and server have left this one.
    #[error("the connection has left HTTP/1 by CONNECT or an upgrade: no messages are seen in it")]
    Tunnel,
    /// The client began as one of HTTP/2 does.
    #[error("the connection speaks HTTP/2: http1 sees no messages in it")]
    Http2,
    /// The protocol has no such bytes there.
    #[error("not a message of {protocol}: {expected} must stand there")]
    Malformed {
        /// The name of the protocol.
        protocol: &'static str,
        /// What had to stand there.
        expected: &'static str,
    },
    /// The message, or what has to be remembered, is larger than what is kept of a connection.
    #[error("{protocol}: {what} are followed up to {most}, and here are more")]
    Beyond {
        /// The name of the protocol.
        protocol: &'static str,
        /// What there is too much of.
        what: &'static str,
        /// The bound.
        most: usize,
    },
    /// What the other direction had to tell is missing, since that is lost itself.
    #[error("{protocol}: how long this is depends on the other direction, which is lost")]
    OtherDirection {
        /// The name of the protocol.
        protocol: &'static str,
    },
}
