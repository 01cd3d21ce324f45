//! A chain whose direction is lent to somebody outside.

use std::sync::Arc;
use std::time::Instant;

use super::Chain;
use super::slot::Slot;
use crate::{Entry, How};

impl Chain {
    /// The entry that lends the direction, as soon as nothing is under way any more.
    pub fn lent(&self) -> Option<&Arc<Entry>> {
        if self.closed.is_some() || self.ended || self.charge() > 0 {
            return None;
        }
        self.slots.iter().find(|slot| slot.lends()).map(|slot| &slot.entry)
    }

    /// Closes the connection in order, as the entry that lends the direction: its borrower wants it.
    pub fn close_lent(&mut self, how: How, now: Instant) {
        if let Some(slot) = self.slots.iter_mut().find(|slot| slot.lends()) {
            slot.out.close(how, now);
            self.note_closing();
        }
    }
}

impl Slot {
    /// Whether the direction is lent here.
    pub(super) fn lends(&self) -> bool {
        !self.leaving && self.entry.fault().lends()
    }
}
