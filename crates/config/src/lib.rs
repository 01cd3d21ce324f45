//! The configuration of chaosgate's gates: one document in TOML, YAML or JSON.
//!
//! A [`Document`] is read from text into one tree, in which each value knows where it stands; so a
//! [`Config`] is made of it in the same way, and refused in the same words, whatever it was written in.
//! Nothing here knows of servers or command lines.
//!
//! ```
//! use chaosgate_config::{Config, Document};
//!
//! let text = r#"
//! [gates.database]
//! listen = "127.0.0.1:15432"
//! upstream = "127.0.0.1:5432"
//! to_client = [{ type = "latency", delay = "50ms" }]
//! "#;
//! let config = Config::from_document(&Document::parse("gates.toml", text)?)?;
//! assert_eq!(config.gates["database"].to_client[0].to_string(), "latency:delay=50ms");
//!
//! let text = r#"{"gates": {"database": {"upstream": "127.0.0.1:5432", "accepting": "hodl"}}}"#;
//! let refused = Config::from_document(&Document::parse("gates.json", text)?).unwrap_err();
//! assert_eq!(
//!     refused.to_string(),
//!     "gates.json:1:68: gates.database.accepting: \"hodl\" is unknown: it must be one of accept, hold, \
//!      refuse, reset, mute, timeout; did you mean \"hold\"?",
//! );
//! # Ok::<(), chaosgate_config::ConfigError>(())
//! ```
//!
//! | to find | look in |
//! |---|---|
//! | all gates of a document | `config.rs`: [`Config`] |
//! | one of them | `gate_config.rs`: [`GateConfig`], `protocol.rs`: [`Protocol`]; reading it: `gate_fields.rs` |
//! | a part of a configuration that is a document of its own | `part.rs` |
//! | what a gate that there is has for a configuration | `of_gate.rs`: [`GateConfig::of`] |
//! | what a gate is made with | `gate_builder.rs`: [`GateBuilder`] |
//! | the faults of a direction | `entries.rs`; one of them: `entry.rs`; writing them: `written.rs` |
//! | reading the fields of an object, each by its name | `fields.rs`; what a field's value can be: `value.rs` |
//! | a value of the document, and the path to it | `place.rs` |
//! | the document, its bounds, and the tree that it is | `document.rs`: [`Document`], `node.rs` |
//! | in what it is written | `format.rs`; the readers: `toml.rs`, `yaml.rs`, `json.rs` |
//! | what is wrong with it, and where | `error.rs`: [`ConfigError`], `excerpt.rs`: [`Excerpt`], `reason.rs`: [`Reason`]; what programs are told of it: `facts.rs` |

mod config;
mod document;
mod entries;
mod entry;
mod error;
mod excerpt;
mod facts;
mod fields;
mod format;
mod gate_builder;
mod gate_config;
mod gate_fields;
mod json;
mod node;
mod of_gate;
mod part;
mod place;
mod protocol;
mod reason;
mod toml;
mod value;
pub mod written;
mod yaml;

pub use config::Config;
pub use document::Document;
pub use entries::MOST_FAULTS;
pub use error::{ConfigError, Mistake};
pub use excerpt::Excerpt;
pub use gate_builder::GateBuilder;
pub use gate_config::GateConfig;
pub use of_gate::faults_of;
pub use protocol::Protocol;
pub use reason::Reason;
