//! All gates of a document.

use std::collections::BTreeMap;

use schemars::{JsonSchema, schema_for};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document::Document;
use crate::error::{ConfigError, Problem};
use crate::fields::Fields;
use crate::gate_config::GateConfig;
use crate::gate_fields;
use crate::place::Place;
use crate::reason::Reason;

/// Gates by name.
///
/// What is serialized of it, in any of the three formats, is a document that says the same. A
/// [`Document`] tells more of what is wrong than deserializing does: all of it, each with its place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "A configuration of chaosgate", description = "Gates by name.")]
pub struct Config {
    /// The gates, each under its name.
    pub gates: BTreeMap<String, GateConfig>,
}

impl Config {
    /// What a document says.
    ///
    /// # Errors
    ///
    /// All that is wrong with it.
    pub fn from_document(document: &Document) -> Result<Self, ConfigError> {
        document.read(read)
    }

    /// What several documents say together, such as the files of a directory.
    ///
    /// # Errors
    ///
    /// All that is wrong with each of them, and each gate that one before has as well.
    pub fn from_documents(documents: &[Document]) -> Result<Self, Vec<ConfigError>> {
        let (mut whole, mut errors) = (BTreeMap::new(), Vec::new());
        for document in documents {
            match Config::from_document(document) {
                Ok(config) => {
                    let twice = config.gates.keys().filter_map(|gate| {
                        let (first, _) = whole.get(gate)?;
                        Some((pointer_to(gate), format!("{first} has a gate of this name as well")))
                    });
                    let twice: Vec<_> = twice.collect();
                    if !twice.is_empty() {
                        let twice = twice.iter().map(|(at, says)| (at.as_str(), says.clone()));
                        errors.push(document.refuse_at(twice));
                    }
                    let gates = config.gates.into_iter();
                    whole.extend(gates.map(|(name, gate)| (name, (document.name(), gate))));
                }
                Err(error) => errors.push(error),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Config { gates: whole.into_iter().map(|(name, (_, gate))| (name, gate)).collect() })
    }

    /// The JSON schema of a document, by which an editor can complete and check it.
    pub fn schema() -> Value {
        schema_for!(Config).to_value()
    }
}

/// Where the key of this gate stands.
fn pointer_to(gate: &str) -> String {
    format!("/gates/{}#", gate.replace('~', "~0").replace('/', "~1"))
}

fn read(root: &Place<'_>, problems: &mut Vec<Problem>) -> Option<Config> {
    let mut fields = Fields::of("a configuration", root, problems)?;
    let gates = fields.need("gates", r#"{"database": {"upstream": "localhost:5432"}}"#);
    let config = gates.map(|place| Config { gates: gates_of(&place, fields.problems) });
    fields.end();
    config
}

fn gates_of(gates: &Place<'_>, problems: &mut Vec<Problem>) -> BTreeMap<String, GateConfig> {
    let Some(members) = gates.members() else {
        let must = "an object with a gate under each name";
        problems.push(gates.refuse(Reason::wrong(&gates.node.to_json(), must)));
        return BTreeMap::new();
    };
    let read = |(name, gate): (&str, Place<'_>)| {
        Some((name.to_owned(), gate_fields::read(&gate, problems)?))
    };
    members.filter_map(read).collect()
}
