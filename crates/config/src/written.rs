//! Writing the faults of a direction.

use chaosgate::{EntrySpec, catalogue};
use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize as _, Serializer};
use serde_json::{Map, Value};

/// Writes each entry as an object that begins with its type, without the fields that have their
/// default: TOML has no null.
///
/// # Errors
///
/// Those of the serializer, and that a fault is code.
pub fn serialize<S: Serializer>(entries: &[EntrySpec], serializer: S) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(entries.len()))?;
    for entry in entries {
        list.serialize_element(&object(entry).map_err(S::Error::custom)?)?;
    }
    list.end()
}

/// Writes one entry so.
///
/// # Errors
///
/// Those of the serializer, and that the fault is code.
pub fn serialize_one<S: Serializer>(entry: &EntrySpec, serializer: S) -> Result<S::Ok, S::Error> {
    object(entry).map_err(S::Error::custom)?.serialize(serializer)
}

/// An error says that it is a fault which is code.
fn object(entry: &EntrySpec) -> serde_json::Result<Map<String, Value>> {
    let kind = catalogue::find(entry.fault().type_name());
    let defaults = kind.into_iter().flat_map(|kind| &kind.fields);
    let is_default = |name: &String, value: &Value| {
        defaults.clone().any(|field| field.name == *name && field.default.as_ref() == Some(value))
    };
    let mut all: Map<String, Value> = serde_json::from_value(serde_json::to_value(entry)?)?;
    let mut fields: Map<_, _> = all.shift_remove_entry("type").into_iter().collect();
    fields.extend(all.into_iter().filter(|(name, value)| !is_default(name, value)));
    Ok(fields)
}
