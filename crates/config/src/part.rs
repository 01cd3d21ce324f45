//! Parts of a configuration, each a document of its own: one gate, the faults of a direction, one value.

use chaosgate::{Accepting, EntrySpec, Transport};

use crate::document::Document;
use crate::error::{ConfigError, Problem};
use crate::gate_config::GateConfig;
use crate::place::Place;
use crate::{entries, gate_fields, value};

/// What a document says that is a part of a configuration.
///
/// Each refuses it with all that is wrong.
#[expect(clippy::missing_errors_doc, reason = "it is the same for all, and told above")]
impl Document {
    /// A gate.
    pub fn gate(&self) -> Result<GateConfig, ConfigError> {
        self.read(gate_fields::read)
    }

    /// A gate, with its `name` beside the other fields.
    pub fn gate_with_name(&self) -> Result<(String, GateConfig), ConfigError> {
        self.read(gate_fields::read_with_name)
    }

    /// The faults of a direction, for such traffic.
    pub fn faults(&self, transport: Transport) -> Result<Vec<EntrySpec>, ConfigError> {
        self.read(|list, problems| Some(entries::read(list, Some(transport), problems)))
    }

    /// One fault, for such traffic.
    pub fn fault(&self, transport: Transport) -> Result<EntrySpec, ConfigError> {
        self.read(|item, problems| entries::read_one(item, transport, problems))
    }

    /// How a gate for such traffic takes new clients.
    pub fn accepting(&self, transport: Transport) -> Result<Accepting, ConfigError> {
        self.read(|place, problems| {
            let read = gate_fields::accepting(Some(transport), &place.node.to_json());
            read.map_err(|reason| problems.push(place.refuse(reason))).ok()
        })
    }

    /// A seed.
    pub fn seed(&self) -> Result<u64, ConfigError> {
        self.read(|place, problems| {
            let read = value::seed(&place.node.to_json());
            read.map_err(|reason| problems.push(place.refuse(reason))).ok()
        })
    }

    /// What `read` makes of it, unless that notes a problem.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Place<'_>, &mut Vec<Problem>) -> Option<T>,
    ) -> Result<T, ConfigError> {
        let mut problems = Vec::new();
        match read(&Place::root(&self.root), &mut problems) {
            Some(value) if problems.is_empty() => Ok(value),
            _ => Err(self.refuse(problems)),
        }
    }
}
