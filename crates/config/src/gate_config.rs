//! One gate of a configuration.

use std::time::Duration;

use chaosgate::units::{ByteSize, duration};
use chaosgate::{Accepting, EntrySpec, How};
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::document::Document;
use crate::entries::MOST_FAULTS;
use crate::protocol::Protocol;
use crate::written;

/// A gate: where it stands, and how the network fails there.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GateConfig {
    /// Where the server is, `HOST:PORT`.
    pub upstream: String,
    /// Where clients connect, `HOST:PORT`; port 0 is a free one, an empty host all addresses of the
    /// machine. The default is a free port of 127.0.0.1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listen: Option<String>,
    /// What the gate passes: streams over TCP, or datagrams over UDP.
    #[serde(default, skip_serializing_if = "is_default")]
    pub protocol: Protocol,
    /// Where every decision of chance comes from, 0 to 2^64 - 1. The default is drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The faults on the way to the server, in the order in which traffic meets them; at most 256.
    #[serde(default, serialize_with = "written::serialize", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = MOST_FAULTS))]
    pub to_server: Vec<EntrySpec>,
    /// The faults on the way to the client, in the order in which traffic meets them; at most 256.
    #[serde(default, serialize_with = "written::serialize", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = MOST_FAULTS))]
    pub to_client: Vec<EntrySpec>,
    /// How new clients are taken; with UDP `accept`, `hold` or `refuse`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub accepting: Accepting,
    /// What a client gets when the server cannot be reached; with TCP alone. The default is `reset`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_dial_failure: Option<How>,
    /// After what silence of both sides a client's connection ends, 1 ms at least; with UDP alone. The
    /// default is 60 s.
    #[serde(default, with = "duration::option", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "duration::option::schema")]
    pub idle: Option<Duration>,
    /// The most bytes that each direction of a connection holds, 4 KiB at least. The default is 64 MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buffer: Option<ByteSize>,
    /// The most bytes that all connections hold together. The default is 256 MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buffer_total: Option<ByteSize>,
    /// Whether the gate runs: clients of one that does not are refused.
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub enabled: bool,
}

impl GateConfig {
    /// A gate on a free port of this machine, without faults.
    pub fn new(upstream: impl Into<String>) -> Self {
        GateConfig {
            upstream: upstream.into(),
            listen: None,
            protocol: Protocol::default(),
            seed: None,
            to_server: Vec::new(),
            to_client: Vec::new(),
            accepting: Accepting::default(),
            on_dial_failure: None,
            idle: None,
            buffer: None,
            buffer_total: None,
            enabled: true,
        }
    }
}

/// As a document of its own is read: [`Document::gate`].
impl<'de> Deserialize<'de> for GateConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Value::deserialize(deserializer)?.to_string();
        let document = Document::parse("gate.json", &text).map_err(D::Error::custom)?;
        document.gate().map_err(D::Error::custom)
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn yes() -> bool {
    true
}
