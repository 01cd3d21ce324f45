//! A named cause, and when it strikes.

use std::fmt;

use chaosgate::{Accepting, Direction, Transport};

use crate::cause::{Cause, Change};

/// A way in which a network fails that has a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Its name: `close-on-data`.
    pub slug: &'static str,
    /// What it stands for in production, in words.
    pub about: &'static str,
    /// How it is brought about.
    pub cause: Cause,
    /// The directions in which it is tried, one after the other; `None` where it has none.
    pub directions: &'static [Option<Direction>],
    /// What it happens to.
    pub transport: Transport,
    /// When it strikes.
    pub phase: Phase,
}

/// When a cause strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Before the client connects: it keeps no connection.
    BeforeConnecting,
    /// When nothing is under way, on the connections that the client keeps.
    Idle,
    /// When the client waits for an answer, of which none has come through.
    MidMessage,
}

impl Condition {
    /// A condition of streams: on connections that are idle, in one direction and then in the other,
    /// if it is a fault; before the client connects, if it is a way of accepting.
    pub const fn of_streams(slug: &'static str, cause: Cause, about: &'static str) -> Self {
        Condition::new(slug, cause, about, Transport::Stream)
    }

    /// The same of datagrams.
    pub const fn of_datagrams(slug: &'static str, cause: Cause, about: &'static str) -> Self {
        Condition::new(slug, cause, about, Transport::Datagram)
    }

    const fn new(
        slug: &'static str,
        cause: Cause,
        about: &'static str,
        transport: Transport,
    ) -> Self {
        let directions: &[_] = match cause.first() {
            Change::Add(_) => &[Some(Direction::ToServer), Some(Direction::ToClient)],
            _ => &[None],
        };
        let phase = match cause.first() {
            Change::Accept(_) => Phase::BeforeConnecting,
            _ => Phase::Idle,
        };
        Condition { slug, about, cause, directions, transport, phase }
    }

    /// The same on a network that does not fail. Whoever takes this for the condition has seen
    /// something else than its cause.
    #[must_use]
    pub fn without_cause(&self) -> Self {
        // To hold an answer back would be a failure too.
        let phase = if self.phase == Phase::MidMessage { Phase::Idle } else { self.phase };
        Condition { cause: Cause::accepting(Accepting::Accept), phase, ..self.clone() }
    }
}

/// Makes a static of each condition, and the list of all.
macro_rules! conditions {
    ($of:ident: $($name:ident = $slug:literal, $cause:expr, $about:literal;)*) => {
        /// All of them.
        pub static ALL: &[&Condition] = &[$(&$name),*];
        $(
            #[doc = concat!("`", $slug, "`: ", $about, ".")]
            pub static $name: Condition = Condition::$of($slug, $cause, $about);
        )*
    };
}
pub(crate) use conditions;

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Phase::BeforeConnecting => "before connecting",
            Phase::Idle => "idle",
            Phase::MidMessage => "in a message",
        })
    }
}
