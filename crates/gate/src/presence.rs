//! A client's time at a gate.

use std::sync::Arc;

use chaosgate_faults::How;

use crate::closed_by::ClosedBy;
use crate::event::What;
use crate::events::Recorded;
use crate::shared::Shared;

/// Counts a client and its task out, also when a fault panics or the runtime drops the task.
#[derive(Debug)]
pub(crate) struct Presence {
    shared: Arc<Shared>,
    number: u64,
    is_noted: bool,
    is_listed: bool,
}

impl Presence {
    /// That of a client which has entered the registry.
    pub(crate) fn new(shared: &Arc<Shared>, number: u64) -> Self {
        Presence { shared: shared.clone(), number, is_noted: false, is_listed: true }
    }

    /// The client has come to its end; its sockets have yet to be closed.
    pub(crate) fn leave(&mut self, by: ClosedBy, how: How) {
        if !std::mem::take(&mut self.is_listed) {
            return;
        }
        let is_first = !std::mem::replace(&mut self.is_noted, true);
        let note = || is_first.then(|| self.closed(by, how));
        if let Some(closed) = self.shared.registry.leave(self.number, note) {
            closed.log();
        }
    }

    /// The client's connection is over, and something of it is still under way.
    pub(crate) fn stop_counting(&mut self, by: ClosedBy, how: How) {
        self.is_noted = true;
        self.shared.registry.stop_counting(self.number, || self.closed(by, how)).log();
        self.told();
    }

    /// Its peers have been told of the end, as far as there is something to say.
    pub(crate) fn told(&self) {
        self.shared.registry.told(self.number);
    }

    fn closed(&self, by: ClosedBy, how: How) -> Recorded<'_> {
        self.shared.events.record(Some(self.number), What::Closed { by, how })
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.leave(ClosedBy::Failure, How::Fin);
        self.told();
        self.shared.registry.task_ended();
    }
}
