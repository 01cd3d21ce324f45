//! The fault that hands a direction to somebody outside.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use crate::{Fault, Outbox, Segment};

/// Lends the direction to somebody outside, who reads and writes in the gate's place.
///
/// Like a [`Stall`](crate::Stall) it takes nothing, so the socket is left alone, and datagrams that
/// come nevertheless wait. What was under way before goes its way; once there is nothing left of
/// it, whoever drives the chain lends the sockets to the [`borrower`](Lent::borrower).
/// `chaosgate::lend` makes such a fault.
///
/// It is alone in its list: other faults would have nothing to do. It is equal only to itself, is
/// printed as `lent(NAME)`, and has no form in any document.
#[derive(Clone)]
pub struct Lent {
    name: Arc<str>,
    borrower: Arc<dyn Any + Send + Sync>,
}

impl Lent {
    /// Lends to `borrower`, whose type is known to whoever drives the chain.
    pub fn new(name: impl Into<Arc<str>>, borrower: Arc<dyn Any + Send + Sync>) -> Self {
        Lent { name: name.into(), borrower }
    }

    /// Its name, which is also the default for its entry.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whom it lends to, if that is a `T`.
    pub fn borrower<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        self.borrower.clone().downcast().ok()
    }

    pub(crate) fn suits() -> Result<(), &'static str> {
        if cfg!(unix) { Ok(()) } else { Err("only on Unix can a socket be lent") }
    }
}

impl PartialEq for Lent {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.borrower, &other.borrower)
    }
}

impl fmt::Display for Lent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "lent({})", self.name)
    }
}

impl fmt::Debug for Lent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lent").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The direction is in other hands.
pub(crate) struct Away;

impl Fault for Away {
    fn on_segment(&mut self, segment: Segment, _: Instant, out: &mut Outbox) {
        out.hold(segment);
    }

    fn room(&self, _: usize) -> usize {
        0
    }
}
