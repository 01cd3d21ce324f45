//! The protocols whose messages are found.

use std::fmt;
use std::str::FromStr;

use crate::dns::Datagrams;
use crate::info::ProtocolInfo;
use crate::length::Layout;
use crate::{Framer, PatternError, dns, http1, length, lines, postgresql, redis};

/// A protocol whose messages are found. Written as its name, such as `redis`; with parameters if it has such:
/// `length:size=2,order=little`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// The protocol of `PostgreSQL`, version 3.
    Postgresql,
    /// RESP 2 and 3, the protocol of Redis.
    Redis,
    /// HTTP/1.0 and 1.1.
    Http1,
    /// DNS, over UDP and TCP.
    Dns,
    /// Lines of text.
    Lines,
    /// Messages that begin with their length.
    Length(Layout),
}

impl Protocol {
    /// All of them, with the parameters that count if none are given.
    pub const ALL: [Protocol; 6] = [
        Protocol::Postgresql,
        Protocol::Redis,
        Protocol::Http1,
        Protocol::Dns,
        Protocol::Lines,
        Protocol::Length(Layout::DEFAULT),
    ];

    /// What there is to know of it, such as the kinds of its messages.
    pub fn info(self) -> &'static ProtocolInfo {
        match self {
            Protocol::Postgresql => &postgresql::INFO,
            Protocol::Redis => &redis::INFO,
            Protocol::Http1 => &http1::INFO,
            Protocol::Dns => &dns::INFO,
            Protocol::Lines => &lines::INFO,
            Protocol::Length(_) => &length::INFO,
        }
    }

    /// What finds the messages of one connection from its first byte on: of the direction to the server, and of that to
    /// the client.
    ///
    /// How long a message is may depend on the other direction, as a response of HTTP does on its request. So both have
    /// to be given what they have, a request before its response; and by one task at a time.
    pub fn framers(self) -> (Framer, Framer) {
        match self {
            Protocol::Postgresql => postgresql::framers(false),
            Protocol::Redis => redis::framers(),
            Protocol::Http1 => http1::framers(),
            Protocol::Dns => dns::framers(),
            Protocol::Lines => lines::framers(),
            Protocol::Length(layout) => length::framers(layout),
        }
    }

    /// The same for a connection that stands, from a moment on at which no message is under way. If one was, what is
    /// found is lost as soon as that shows, and may be wrong before.
    pub fn framers_midway(self) -> (Framer, Framer) {
        match self {
            Protocol::Postgresql => postgresql::framers(true),
            other => other.framers(),
        }
    }

    /// What reads messages that are datagrams, if those of the protocol also come so.
    pub fn datagrams(self) -> Option<Datagrams> {
        (self == Protocol::Dns).then(Datagrams::default)
    }
}

impl FromStr for Protocol {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let (name, parameters) = text.split_once(':').unwrap_or((text, ""));
        let name = name.trim();
        let is_it = |protocol: &Protocol| protocol.info().name.eq_ignore_ascii_case(name);
        match Protocol::ALL.into_iter().find(is_it) {
            None => Err(PatternError::UnknownProtocol {
                name: name.to_owned(),
                known: Protocol::ALL.map(|protocol| protocol.info().name).join(", "),
            }),
            Some(Protocol::Length(_)) => Ok(Protocol::Length(parameters.parse()?)),
            Some(protocol) if parameters.is_empty() => Ok(protocol),
            Some(protocol) => Err(PatternError::NoParameters {
                protocol: protocol.info().name,
                parameters: parameters.to_owned(),
            }),
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.info().name)?;
        match self {
            Protocol::Length(layout) => write!(f, ":{layout}"),
            _ => Ok(()),
        }
    }
}
