//! What a chain does next and has room for, kept while nothing changes it.

use std::cell::Cell;
use std::time::Instant;

use super::{Event, Sink};

/// What happens next, and when.
type Upcoming = Option<(Instant, Event)>;

/// What was found when a chain was last looked at: every look asks for it, and most of them change
/// nothing.
#[derive(Debug, Default)]
pub(super) struct Foreseen {
    /// Something else than what happens in the chain may change it: it is looked for each time.
    pub(super) heeds_others: bool,
    /// What happens next with such a sink.
    upcoming: Cell<Option<(Sink, Upcoming)>>,
    /// How many bytes may be read.
    room: Cell<Option<usize>>,
}

impl Foreseen {
    /// What happens next; it is looked for only if it is not known.
    #[inline]
    pub(super) fn upcoming(&self, sink: Sink, find: impl FnOnce() -> Upcoming) -> Upcoming {
        match self.upcoming.get() {
            _ if self.heeds_others => find(),
            Some((known_for, upcoming)) if known_for == sink => upcoming,
            _ => {
                let upcoming = find();
                self.upcoming.set(Some((sink, upcoming)));
                upcoming
            }
        }
    }

    /// The room; it is looked for only if it is not known.
    #[inline]
    pub(super) fn room(&self, find: impl FnOnce() -> usize) -> usize {
        match self.room.get() {
            _ if self.heeds_others => find(),
            Some(room) => room,
            None => {
                let room = find();
                self.room.set(Some(room));
                room
            }
        }
    }

    /// The chain has changed.
    #[inline]
    pub(super) fn forget(&mut self) {
        self.upcoming.set(None);
        self.room.set(None);
    }

    /// In tests, everything that is known is looked for all the same.
    #[inline]
    pub(super) fn check(&self, is_so: impl FnOnce() -> bool) {
        debug_assert!(self.heeds_others || is_so(), "the chain has changed, and did not forget");
    }
}
