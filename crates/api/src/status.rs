//! A gate as it is seen.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use chaosgate::Totals;
use chaosgate_config::GateConfig;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A gate as it is seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GateStatus {
    /// Its name.
    pub name: String,
    /// Whether it listens.
    pub running: bool,
    /// Where clients connect; where they did, if it is not running.
    pub addresses: Vec<SocketAddr>,
    /// How many connections stand.
    pub connections: usize,
    /// The seed from which draws what is set from now on.
    pub seed: u64,
    /// How often each fault has done something to traffic since it was set.
    pub hits: HitsByFault,
    /// What has gone through it since it was made.
    pub totals: Totals,
    /// What it is, as it can be written.
    pub config: GateConfig,
}

/// How often faults have done something to traffic, by their names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HitsByFault {
    /// Those on the way to the server.
    pub to_server: BTreeMap<String, u64>,
    /// Those on the way to the client.
    pub to_client: BTreeMap<String, u64>,
}

/// All gates as they are seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Statuses {
    /// The gates, each under its name.
    pub gates: BTreeMap<String, GateStatus>,
}
