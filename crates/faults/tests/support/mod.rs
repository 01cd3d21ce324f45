//! Faults that several tests make.

use chaosgate_faults::units::ByteSize;
use chaosgate_faults::{Bandwidth, Slice};

/// So many bytes per second, of which none pass at once.
pub(crate) fn rate(bytes_per_second: u32) -> Bandwidth {
    let rate = Bandwidth::new(bytes_per_second).expect("a rate");
    Bandwidth { burst: Some(ByteSize::new(0)), ..rate }
}

/// Pieces of this size.
pub(crate) fn slice(size: u64) -> Slice {
    Slice::new(size).expect("a size")
}
