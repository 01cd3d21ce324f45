//! Whether a direction carries bulk data, which the kernel moves with less work than a read and a write.

use super::pipe::{self, InUse};

/// A read of so much is one of bulk data. Below that a copy is cheaper than what a pipe costs. Over
/// loopback a read may bring one segment, which is a little less than 64 KiB.
const MUCH: usize = 48 << 10;
/// What the kernel has moved was too little for that, if it was less.
const LITTLE: usize = 32 << 10;

/// What the last reads have brought.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Bulk {
    /// Read, so many times in a row much.
    Read { much: u8 },
    /// Moved by the kernel, so many times in a row little.
    Moved { little: u8, _pipes: InUse },
}

impl Bulk {
    /// Nothing has been read yet.
    pub(super) const NONE: Self = Bulk::Read { much: 0 };
    /// After so many reads of much in a row the kernel moves what comes.
    const ENOUGH: u8 = 2;
    /// After so many times little in a row it is read again.
    const PATIENCE: u8 = 4;

    /// Whether the kernel is to move what comes next.
    pub(super) fn is_moved(&self) -> bool {
        matches!(self, Bulk::Moved { .. })
    }

    /// So much has been read; where the kernel was to move it, it could not.
    pub(super) fn note_read(&mut self, length: usize) {
        let Bulk::Read { much } = self else {
            if length < LITTLE {
                self.note_moved(length);
            } else {
                *self = Bulk::NONE;
            }
            return;
        };
        *much = if length < MUCH { 0 } else { (*much + 1).min(Self::ENOUGH) };
        if *much == Self::ENOUGH && pipe::SIZE > 0 {
            *self = Bulk::Moved { little: 0, _pipes: InUse::new() };
        }
    }

    /// So much has the kernel moved.
    pub(super) fn note_moved(&mut self, length: usize) {
        let Bulk::Moved { little, .. } = self else { return };
        *little = if length < LITTLE { *little + 1 } else { 0 };
        if *little == Self::PATIENCE {
            *self = Bulk::NONE;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_reads_of_much_in_a_row_have_the_kernel_move_what_comes() {
        let mut bulk = Bulk::NONE;
        for length in [MUCH, MUCH - 1, MUCH] {
            bulk.note_read(length);
            assert!(!bulk.is_moved());
        }
        bulk.note_read(MUCH);
        assert_eq!(bulk.is_moved(), cfg!(target_os = "linux"));
    }

    #[test]
    fn four_times_little_in_a_row_ends_that() {
        let mut bulk = Bulk::Moved { little: 0, _pipes: InUse::new() };
        for length in [1, 1, 1, LITTLE, 1, 1, 1] {
            bulk.note_moved(length);
            assert!(bulk.is_moved());
        }
        bulk.note_moved(LITTLE - 1);
        assert_eq!(bulk, Bulk::NONE);
    }

    #[test]
    fn what_the_kernel_could_not_move_ends_it_too() {
        for lengths in [&[1, 1, 1, 1][..], &[MUCH]] {
            let mut bulk = Bulk::Moved { little: 0, _pipes: InUse::new() };
            for length in lengths {
                assert!(bulk.is_moved());
                bulk.note_read(*length);
            }
            assert_eq!(bulk, Bulk::NONE);
        }
    }
}
