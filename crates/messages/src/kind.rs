//! Of what kind a message is.

use std::fmt;

use crate::info::KindInfo;
use crate::name::Name;

/// Of what kind a message is: one that the protocol knows, such as `request`, and with it a name that follows
/// from the message where that says more, such as `GET`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    general: &'static KindInfo,
    special: Name,
}

impl Kind {
    /// One that has no name beside that of its kind.
    pub(crate) const fn general(general: &'static KindInfo) -> Self {
        Kind { general, special: Name::EMPTY }
    }

    /// One of which its name says more, if it is one.
    pub(crate) const fn special(general: &'static KindInfo, special: Name) -> Self {
        Kind { general, special }
    }

    /// What is known of messages like this in general: `request` for a `GET`.
    pub fn info(&self) -> &'static KindInfo {
        self.general
    }

    /// The name that says most: `GET`.
    pub fn name(&self) -> &str {
        self.special.as_str().unwrap_or(self.general.name)
    }

    /// Whether this is a name of the message, the general or the special one. Case does not matter.
    pub fn is(&self, name: &str) -> bool {
        let special = self.special.as_str();
        [special, Some(self.general.name)]
            .iter()
            .flatten()
            .any(|own| own.eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.special.as_str() {
            None => f.write_str(self.general.name),
            Some(special) => write!(f, "{} {special}", self.general.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static COMMAND: KindInfo = KindInfo::new("command", "a command");

    #[test]
    fn a_message_has_its_general_and_its_special_name_whatever_their_case() {
        let get = Kind::special(&COMMAND, Name::new(b"GET"));
        assert_eq!((get.name(), get.info().name), ("GET", "command"));
        assert!(get.is("Get") && get.is("COMMAND") && !get.is("") && !get.is("GE"));
    }

    #[test]
    fn without_a_name_of_its_own_a_message_has_the_general_one() {
        assert_eq!(Kind::special(&COMMAND, Name::new(b"no name")).name(), "command");
        assert_eq!(Kind::general(&COMMAND).name(), "command");
    }
}
