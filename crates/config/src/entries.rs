//! The faults of a direction.

use std::time::Instant;

use chaosgate::{EntrySpec, ListError, Transport};
use chaosgate_faults::FaultList;

use crate::entry;
use crate::error::Problem;
use crate::place::Place;
use crate::reason::Reason;

/// So many faults may be in a direction's list.
pub const MOST_FAULTS: usize = 256;

/// Reads a list of entries, and notes all that is wrong with it: with each entry, and with an entry in
/// this list on this transport, if that is known.
pub(crate) fn read(
    list: &Place<'_>,
    transport: Option<Transport>,
    problems: &mut Vec<Problem>,
) -> Vec<EntrySpec> {
    let Some(items) = list.items().filter(|items| items.len() <= MOST_FAULTS) else {
        let must = format!("a list of at most {MOST_FAULTS} faults");
        problems.push(list.refuse(Reason::wrong(&list.node.to_json(), must)));
        return Vec::new();
    };
    let mut entries = Vec::new();
    let mut checked = FaultList::new(transport.unwrap_or_default());
    for item in items {
        let Some(spec) = entry::read(&item, problems) else { continue };
        if transport.is_some() {
            match checked.with(spec.clone(), Instant::now()) {
                Ok((list, _)) => checked = list,
                Err(error) => problems.push(not_in_this_list(&item, error)),
            }
        }
        entries.push(spec);
    }
    entries
}

/// Reads an entry that is to work on such traffic, and notes all that is wrong with it.
pub(crate) fn read_one(
    item: &Place<'_>,
    transport: Transport,
    problems: &mut Vec<Problem>,
) -> Option<EntrySpec> {
    let spec = entry::read(item, problems)?;
    let checked = FaultList::new(transport).with(spec.clone(), Instant::now());
    checked.map_err(|error| problems.push(not_in_this_list(item, error))).ok()?;
    Some(spec)
}

/// That an entry cannot be in its list, at the field that is in the way.
fn not_in_this_list(item: &Place<'_>, error: ListError) -> Problem {
    match (&error, item.member("name")) {
        (ListError::NameTaken { .. }, Some(name)) => name.refuse(error.into()),
        _ => entry::refuse(item, error.into()),
    }
}
