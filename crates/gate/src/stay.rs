//! A client's time at a gate.

use std::sync::Arc;

use chaosgate_faults::How;

use crate::event::{ClosedBy, What};
use crate::shared::Shared;

/// Counts a client and its task out, also when a fault panics or the runtime drops the task.
#[derive(Debug)]
pub(crate) struct Stay {
    shared: Arc<Shared>,
    number: u64,
    is_listed: bool,
}

impl Stay {
    /// That of a client which has entered the registry.
    pub(crate) fn new(shared: &Arc<Shared>, number: u64) -> Self {
        Stay { shared: shared.clone(), number, is_listed: true }
    }

    /// The client has come to its end; its sockets have yet to be closed.
    pub(crate) fn leave(&mut self, by: ClosedBy, how: How) {
        if std::mem::take(&mut self.is_listed) {
            self.shared.registry.leave(self.number);
            self.shared.events.note(Some(self.number), What::Closed { by, how });
        }
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        self.leave(ClosedBy::Failure, How::Fin);
        self.shared.registry.task_ended();
    }
}
