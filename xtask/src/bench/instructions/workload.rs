//! What is measured.

use serde::Deserialize;

/// Work that can be done any number of times, as the program lists it.
#[derive(Debug, Deserialize)]
pub(super) struct Workload {
    pub(super) name: String,
    /// What it is done for.
    pub(super) each: String,
    /// How often it is done to be measured.
    pub(super) sizes: [u64; 2],
}
