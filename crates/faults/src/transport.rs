//! What kind of traffic a gate passes.

use std::fmt;

/// What kind of traffic a gate passes, and so what may become of a segment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Transport {
    /// TCP: a stream of bytes. Segments can be cut and joined; none is overtaken.
    #[default]
    Stream,
    /// UDP: each segment is a datagram, delivered whole or not at all. It has no end of stream.
    Datagram,
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Transport::Stream => "streams",
            Transport::Datagram => "datagrams",
        })
    }
}
