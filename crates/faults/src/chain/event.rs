//! What may happen next in a chain.

use std::time::Instant;

/// What happens next. Where several are due at one moment, the one furthest down the chain comes
/// first, since it makes room, and in one place the order is that of the variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// The entry in this slot ends by itself.
    End(usize),
    /// The entry in this slot begins to act, or ceases to, since it is time.
    Turn(usize),
    /// The fault in this slot wants to be called.
    Deadline(usize),
    /// A segment gets to this slot, which has so much room for it.
    Arrival(usize, usize),
    /// A segment is due at this slot, which has no room.
    Wait(usize),
    /// The memory is full, and what is held in this slot is in the way.
    Full(usize),
    /// The chain lets go of all: this slot is the first, and nothing comes to it any more.
    LetGo(usize),
    /// The chain lets go of all: this slot takes nothing of it.
    Refusal(usize),
    /// A segment has come out of the chain.
    Delivery,
}

/// The earliest event so far; of several at one moment, the one that came first.
pub(super) struct Next {
    pub(super) clock: Instant,
    pub(super) first: Option<(Instant, Event)>,
}

impl Next {
    /// Takes it, if there is one and it is earlier. None takes place before the last event.
    #[inline]
    pub(super) fn consider(&mut self, at: Option<Instant>, event: Event) {
        let Some(at) = at else { return };
        let at = at.max(self.clock);
        match &self.first {
            Some((earliest, _)) if *earliest <= at => {}
            _ => self.first = Some((at, event)),
        }
    }
}
