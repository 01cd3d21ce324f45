//! For whom a budget is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// For whom a budget is: for each connection one of its own, or one for all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Each connection has its own.
    #[default]
    Connection,
    /// All connections of the gate share one, for this direction.
    Gate,
}
