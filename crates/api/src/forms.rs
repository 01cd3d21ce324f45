//! The small forms.

use chaosgate::EntrySpec;
use chaosgate_config::{MOST_FAULTS, written};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The faults of a direction, in the order in which traffic meets them; at most 256.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct FaultList(
    #[serde(serialize_with = "written::serialize")]
    #[schemars(length(max = MOST_FAULTS))]
    pub Vec<EntrySpec>,
);

/// One fault of a direction. Its schema is that of what it holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fault(#[serde(serialize_with = "written::serialize_one")] pub EntrySpec);

/// How often a fault has done something to traffic since it was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hits {
    /// How often.
    pub hits: u64,
}

/// How many connections a call has closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Closed {
    /// How many.
    pub closed: usize,
}
