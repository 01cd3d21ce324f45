//! Faults that several tests make.

use chaosgate_faults::units::{ByteRate, ByteSize, NonZeroByteSize};
use chaosgate_faults::{Bandwidth, Slice};

/// So many bytes per second, of which none pass at once.
pub(crate) fn rate(bytes_per_second: u32) -> Bandwidth {
    let rate = ByteRate::new(bytes_per_second.into()).expect("a rate");
    Bandwidth { burst: Some(ByteSize::new(0)), ..Bandwidth::new(rate) }
}

/// Pieces of this size.
pub(crate) fn slice(size: u64) -> Slice {
    Slice::new(NonZeroByteSize::new(size).expect("a size"))
}
