//! A client's time at a gate.

use chaosgate_faults::How;

use crate::event::{ClosedBy, What};
use crate::shared::Shared;

/// Counts a client and its task out, also when a fault panics or the runtime drops the task.
pub(crate) struct Stay<'a> {
    shared: &'a Shared,
    number: u64,
    is_listed: bool,
}

impl<'a> Stay<'a> {
    /// That of a client which has entered the registry.
    pub(crate) fn new(shared: &'a Shared, number: u64) -> Self {
        Stay { shared, number, is_listed: true }
    }

    /// The client has come to its end; its sockets have yet to be closed.
    pub(crate) fn leave(&mut self, by: ClosedBy, how: How) {
        self.is_listed = false;
        self.shared.registry.leave(self.number);
        self.shared.events.note(Some(self.number), What::Closed { by, how });
    }
}

impl Drop for Stay<'_> {
    fn drop(&mut self) {
        if self.is_listed {
            self.leave(ClosedBy::Failure, How::Fin);
        }
        self.shared.registry.task_ended();
    }
}
