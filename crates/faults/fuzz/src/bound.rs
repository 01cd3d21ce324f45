//! How much may be under way in a direction.

use std::sync::Arc;

use chaosgate_faults::{Chain, Entry, FaultList, FaultSpec, Segment};

/// The most that may be under way in a direction, after what it has been through.
#[derive(Debug)]
pub(crate) struct Bound {
    buffer: usize,
    /// The most faults that it has met at once.
    faults: usize,
    /// The most of these that repeat.
    repeating: usize,
}

/// The end of a stream that a closing fault adds, and a reset that overtakes: neither asks for room.
const ENDS: usize = 2 * Segment::OVERHEAD;

impl Bound {
    pub(crate) fn new(buffer: usize) -> Self {
        Bound { buffer, faults: 1, repeating: 0 }
    }

    /// It meets other faults.
    pub(crate) fn meet(&mut self, list: &FaultList) {
        self.faults = self.faults.max(list.entries().len() + list.opposite().len());
        let repeats = |entry: &&Arc<Entry>| matches!(entry.fault(), FaultSpec::Duplicate(_));
        self.repeating = self.repeating.max(list.entries().iter().filter(repeats).count());
    }

    /// Checks what is under way, where no more than `longest` bytes came in one.
    ///
    /// Where nothing stands behind a fault, it is given a part all the same when the memory is full,
    /// and cuts one off that. Copies count for one as long as they are together: the first one that
    /// goes on counts besides.
    pub(crate) fn check(&self, chain: &Chain, longest: usize) {
        let reads = (longest + Segment::OVERHEAD) * (1 + self.repeating);
        let most = self.buffer + reads + 2 * Segment::OVERHEAD * self.faults + ENDS;
        let (charge, held) = (chain.charge(), chain.held_bytes());
        assert!(charge <= most, "{charge} held, of {} and at most {most}", self.buffer);
        assert!(held <= charge, "{held} bytes are charged {charge}");
    }
}
