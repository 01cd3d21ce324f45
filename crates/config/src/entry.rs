//! One fault of a direction.

use chaosgate::catalogue::ValueKind;
use chaosgate::{EntrySpec, SpecError, catalogue};
use chaosgate_faults::suggestion;
use serde_json::{Map, Value};

use crate::error::Problem;
use crate::place::Place;
use crate::reason::Reason;

/// So many mistakes of one entry are told.
const MOST_TOLD: usize = 16;

/// Reads an entry. Each mistake of it is noted, then mended, so that the next one is found.
pub(crate) fn read(item: &Place<'_>, problems: &mut Vec<Problem>) -> Option<EntrySpec> {
    let mut object = match item.node.to_json() {
        Value::Object(object) => object,
        other => {
            let must = "an object with the type and the fields of a fault";
            problems.push(item.refuse(Reason::wrong(&other, must)));
            return None;
        }
    };
    for told in 0..MOST_TOLD {
        let error = match EntrySpec::from_object(object.clone()) {
            Ok(spec) => return (told == 0).then_some(spec),
            Err(error) => error,
        };
        problems.push(mistake(item, error.clone()));
        if !mend(&mut object, &error) {
            return None;
        }
    }
    None
}

/// Puts a field right: gives it the name that was meant, or the value that the example of its fault has.
/// Gives whether it could.
fn mend(object: &mut Map<String, Value>, error: &SpecError) -> bool {
    let (fault, field) = match error {
        SpecError::UnknownField { field, known, .. } => {
            let Some(value) = object.shift_remove(field) else { return false };
            if let Some(meant) = suggestion::meant(known.split(", "), field) {
                object.entry(meant).or_insert(value);
            }
            return true;
        }
        SpecError::BadValue { fault, field, .. } => (fault, first_step(field)),
        SpecError::MissingField { fault, field, .. } => (fault, field.as_str()),
        _ => return false,
    };
    let example = catalogue::find(fault).and_then(|kind| kind.example.parse::<EntrySpec>().ok());
    let example = example.and_then(|example| serde_json::to_value(example).ok());
    match example.and_then(|example| example.get(field).cloned()) {
        Some(value) => object.insert(field.to_owned(), value).as_ref() != object.get(field),
        None => object.shift_remove(field).is_some(),
    }
}

fn first_step(path: &str) -> &str {
    path.split(['.', '[']).next().unwrap_or(path)
}

/// An entry's mistake, at the field that it is about.
fn mistake(item: &Place<'_>, error: SpecError) -> Problem {
    let (field, is_key) = match &error {
        SpecError::UnknownFault { .. } => ("type", false),
        SpecError::UnknownField { field, .. } => (field.as_str(), true),
        SpecError::BadValue { field, .. } => (first_step(field), false),
        SpecError::MissingField { .. } => return refuse(item, error.into()),
        _ => return item.refuse(error.into()),
    };
    let Some(place) = item.member(field) else { return item.refuse(error.into()) };
    let span = if is_key { &place.head } else { &place.node.span };
    let reason = match error {
        // The path says the rest of it.
        SpecError::BadValue { fault, field, reason: says } => match kind_of(&fault, &field) {
            Some(kind) => Reason::Field { says, kind },
            None => Reason::Value(says),
        },
        other => other.into(),
    };
    place.refuse_at(span.clone(), reason)
}

/// What kind of value a field takes, of a fault or of every entry.
fn kind_of(fault: &str, field: &str) -> Option<ValueKind> {
    let own = catalogue::find(fault).into_iter().flat_map(|kind| &kind.fields);
    let mut all = own.chain(&catalogue::entry().fields);
    all.find(|known| known.name == first_step(field)).map(|known| known.kind.clone())
}

/// What is wrong with all of an entry: it is told by its type.
pub(crate) fn refuse(item: &Place<'_>, reason: Reason) -> Problem {
    let span = item.member("type").map_or(&item.head, |place| &place.node.span).clone();
    item.refuse_at(span, reason)
}
