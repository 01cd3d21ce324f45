//! Which messages are meant.

use std::fmt;
use std::str::FromStr;

use crate::info::{Kinds, Others, ProtocolInfo};
use crate::name::Name;
use crate::{Kind, PatternError, Protocol, dns};

/// Which messages of a protocol are meant: written `postgresql/Query`, `redis/GET`, `http1/5xx`; and all of them as
/// the protocol alone, `postgresql`. Case does not matter.
///
/// ```
/// use chaosgate_messages::{KindPattern, Mark, Protocol};
///
/// let pattern: KindPattern = "http1/get".parse()?;
/// let (mut to_server, _) = pattern.protocol().framers();
/// let mut rest: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
/// assert_eq!(to_server.feed(&mut rest), Some(Mark::Begins));
/// assert!(matches!(to_server.feed(&mut rest), Some(Mark::Known(kind)) if pattern.matches(kind)));
/// # Ok::<(), chaosgate_messages::PatternError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindPattern {
    protocol: Protocol,
    meant: Meant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meant {
    All,
    /// Those with this name.
    Name(Name),
    /// Those whose status begins with this digit.
    Statuses(u8),
}

impl KindPattern {
    /// The protocol of these messages.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Whether a message of this kind is meant, which the protocol's framer has found.
    pub fn matches(&self, kind: Kind) -> bool {
        match &self.meant {
            Meant::All => true,
            Meant::Name(name) => name.as_str().is_some_and(|name| kind.is(name)),
            Meant::Statuses(digit) => {
                matches!(kind.name().as_bytes(), [first, _, _] if first == digit)
            }
        }
    }

    /// Whether such messages go to the server.
    pub fn goes_to_server(&self) -> bool {
        let info = self.protocol.info();
        self.is_among(&info.to_server, &info.to_client)
    }

    /// Whether such messages go to the client.
    pub fn goes_to_client(&self) -> bool {
        let info = self.protocol.info();
        self.is_among(&info.to_client, &info.to_server)
    }

    /// Whether these are among the kinds of a direction. What only the other one knows is not among those that messages
    /// of this one bring.
    fn is_among(&self, own: &Kinds, other: &Kinds) -> bool {
        match &self.meant {
            Meant::All => true,
            Meant::Name(name) => name.as_str().is_some_and(|name| {
                let brings = |others: &Others| (others.is_one)(name) && other.find(name).is_none();
                own.find(name).is_some() || own.others.as_ref().is_some_and(brings)
            }),
            Meant::Statuses(_) => own.find("response").is_some(),
        }
    }

    fn read(protocol: Protocol, written: &str) -> Result<Self, PatternError> {
        if let (Protocol::Http1, [digit @ b'1'..=b'9', b'x' | b'X', b'x' | b'X']) =
            (protocol, written.as_bytes())
        {
            return Ok(KindPattern { protocol, meant: Meant::Statuses(*digit) });
        }
        let info = protocol.info();
        let known = [&info.to_server, &info.to_client].map(|kinds| kinds.find(written));
        let name = match known.iter().flatten().next() {
            Some(kind) => Name::new(kind.name.as_bytes()),
            None if protocol == Protocol::Dns => dns::canonical(Name::new(written.as_bytes())),
            None => Name::new(written.as_bytes()).in_capitals(),
        };
        let pattern = KindPattern { protocol, meant: Meant::Name(name) };
        if name.as_str().is_none() {
            return Err(PatternError::BadName { name: written.to_owned() });
        }
        if pattern.goes_to_server() || pattern.goes_to_client() {
            return Ok(pattern);
        }
        Err(unknown_kind(info, written))
    }
}

fn unknown_kind(info: &ProtocolInfo, written: &str) -> PatternError {
    let kinds = [&info.to_server, &info.to_client];
    let mut known = Vec::new();
    for kind in kinds.iter().flat_map(|kinds| kinds.known) {
        // What goes both ways stands there once.
        if !known.contains(&kind.name) {
            known.push(kind.name);
        }
    }
    let mut others: Vec<_> = kinds.iter().filter_map(|kinds| kinds.others.as_ref()).collect();
    others.dedup_by_key(|others| others.docs);
    PatternError::UnknownKind {
        protocol: info.name,
        name: written.to_owned(),
        known: known.join(", "),
        others: others.iter().map(|others| ["; or ", others.docs].concat()).collect(),
    }
}

impl FromStr for KindPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        match text.split_once('/') {
            None => Ok(KindPattern { protocol: text.parse()?, meant: Meant::All }),
            Some((protocol, name)) => Self::read(protocol.parse()?, name.trim()),
        }
    }
}

impl fmt::Display for KindPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.protocol)?;
        match &self.meant {
            Meant::All => Ok(()),
            Meant::Name(name) => write!(f, "/{}", name.as_str().unwrap_or_default()),
            Meant::Statuses(digit) => write!(f, "/{}xx", char::from(*digit)),
        }
    }
}
