//! What each fault in `kinds/` brings, as data.

use crate::{Fault, Meeting, Transport};

/// What every kind of fault has: an example, and a way to start.
pub(crate) trait Kind {
    /// One entry in the notation of the command line.
    const EXAMPLE: &'static str;

    /// The fault at work, or `None` if it has no effect.
    fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>>;

    /// Whether it has a part that works on the other direction.
    fn works_both_ways(&self) -> bool {
        false
    }

    /// Whether something else than the chain that it stands in may change what it does next: the other
    /// direction, or another connection.
    fn heeds_others(&self) -> bool {
        self.works_both_ways()
    }

    /// Whether a connection on which nothing comes may show that the fault was there: by what it does
    /// with the time or when it goes, or since what waits before it comes then.
    fn acts_unseen(&self) -> bool {
        false
    }

    /// Whether it can work on such traffic; if not, why.
    fn suits(&self, transport: Transport) -> Result<(), &'static str> {
        let _ = transport;
        Ok(())
    }

    /// That part at work, if there is one. It shares what it needs by [`Meeting::shared`].
    fn start_opposite(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
        let _ = meeting;
        None
    }
}
