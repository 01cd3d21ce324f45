//! What the kinds of faults may do to data.

use chaosgate_faults::{Entry, FaultSpec, Segment, Shape};

/// What a fault that has counted a hit may have done to the data.
///
/// A kind that is not named here delivers all of it, unless it closes the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// All of it comes out, later or in other pieces.
    Delivers,
    /// Some of it never comes out.
    Discards,
    /// Some bytes are others, and their number is the same.
    Changes,
}

/// By its name, so that faults can be named before they are there.
pub(crate) fn of(entry: &Entry) -> Effect {
    match entry.fault().type_name() {
        "drop" | "blackhole" | "loss" | "idle" => Effect::Discards,
        "corrupt" => Effect::Changes,
        _ => Effect::Delivers,
    }
}

/// What the fault may add to the memory when it cuts one segment, which is no longer than the
/// buffer.
pub(crate) fn cutting(entry: &Entry, buffer: usize) -> usize {
    let pieces = match entry.fault() {
        // It takes in 64 pieces' worth, and the last piece may be a rest.
        FaultSpec::Slice(slice) => {
            let [size, variation] = [slice.size.get(), slice.variation.get()];
            let usual = match slice.shape {
                Shape::Even => size,
                Shape::Halving => size.div_ceil(2),
            };
            let least = usual.saturating_sub(variation).max(1);
            let taken = size.saturating_mul(64).min(buffer as u64);
            usize::try_from(taken / least).unwrap_or(usize::MAX) + 1
        }
        // It takes in 20 ms worth in pieces of 1 ms, or of a byte where that is more.
        FaultSpec::Bandwidth(_) => 40,
        _ => 1,
    };
    pieces.saturating_mul(Segment::OVERHEAD)
}
