//! What there is to know of a protocol: its names and their explanations.

/// What there is to know of a protocol.
#[derive(Debug)]
pub struct ProtocolInfo {
    /// Its name, such as `postgresql`.
    pub name: &'static str,
    /// One sentence about what is found, and what is not.
    pub docs: &'static str,
    /// What goes to the server.
    pub to_server: Kinds,
    /// What goes to the client.
    pub to_client: Kinds,
}

/// The kinds of messages of a protocol in one direction.
#[derive(Debug)]
pub struct Kinds {
    /// Those that have a name of their own.
    pub known: &'static [KindInfo],
    /// What other names there are, if messages bring their own.
    pub others: Option<Others>,
}

/// Names that messages bring.
#[derive(Debug)]
pub struct Others {
    /// What they mean: `a request by its method, such as GET`.
    pub docs: &'static str,
    /// Whether this is such a name, in any case.
    pub is_one: fn(&str) -> bool,
}

impl Kinds {
    /// The kind of this name, if it is a known one. Case does not matter.
    pub fn find(&self, name: &str) -> Option<&'static KindInfo> {
        self.known.iter().find(|kind| kind.name.eq_ignore_ascii_case(name))
    }
}

/// A kind of messages.
#[derive(Debug, PartialEq, Eq)]
pub struct KindInfo {
    /// Its name, such as `Query`.
    pub name: &'static str,
    /// One sentence about it.
    pub docs: &'static str,
    /// The byte by which the protocol tells it, if there is such.
    sign: Option<u8>,
}

impl KindInfo {
    pub(crate) const fn new(name: &'static str, docs: &'static str) -> Self {
        KindInfo { name, docs, sign: None }
    }

    pub(crate) const fn with_sign(sign: u8, name: &'static str, docs: &'static str) -> Self {
        KindInfo { name, docs, sign: Some(sign) }
    }
}

/// The kinds of messages that a protocol tells by a byte, each at the place of that.
pub(crate) struct BySign([Option<&'static KindInfo>; 256]);

impl BySign {
    pub(crate) const fn new(kinds: &'static [KindInfo]) -> Self {
        let mut places = [None; 256];
        let mut next = 0;
        while next < kinds.len() {
            if let Some(sign) = kinds[next].sign {
                places[sign as usize] = Some(&kinds[next]);
            }
            next += 1;
        }
        BySign(places)
    }

    pub(crate) fn get(&self, sign: u8) -> Option<&'static KindInfo> {
        self.0[usize::from(sign)]
    }
}
