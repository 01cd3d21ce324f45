//! How much a chain may hold.

use chaosgate_faults::{Chain, FaultList, Segment};

use crate::effect;

/// The most that a chain may hold, after what it has been through.
#[derive(Debug)]
pub(crate) struct Bound {
    buffer: usize,
    most: usize,
}

/// The end of a stream that a closing fault adds, and a reset that overtakes: neither asks for room.
const ENDS: usize = 2 * Segment::OVERHEAD;

impl Bound {
    pub(crate) fn new(buffer: usize) -> Self {
        Bound { buffer, most: buffer + ENDS }
    }

    /// Each fault of a new list may cut one segment when the buffer is full, beside what those of
    /// the list before have cut, which is still there.
    pub(crate) fn switch(&mut self, list: &FaultList, charge: usize) {
        let cutting = list.entries().iter().map(|entry| effect::cutting(entry, self.buffer));
        let most = charge.max(self.buffer).saturating_add(ENDS);
        self.most = cutting.fold(most, usize::saturating_add);
    }

    pub(crate) fn check(&self, chain: &Chain) {
        let (charge, held) = (chain.charge(), chain.held_bytes());
        assert!(charge <= self.most, "{charge} held, of {} and at most {}", self.buffer, self.most);
        assert!(held <= charge, "{held} bytes are charged {charge}");
    }
}
