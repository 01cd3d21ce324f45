//! One fault of a direction.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chaosgate::{AnyGate, Direction, EntrySpec};
use chaosgate_api::Fault;
use chaosgate_config::faults_of;

use super::Native;
use super::faults::has_room;
use super::given::Given;
use super::names::Names;
use super::refusal::Refusal;
use super::tag::{IfMatch, Tagged};

pub(super) async fn read(
    State(native): State<Native>,
    names: Names,
) -> Result<Tagged<Fault>, Refusal> {
    let direction = names.direction()?;
    native.with(names.gate(), |kept| {
        find(&kept.gate, direction, names.fault()).map(|fault| Tagged(Fault(fault)))
    })
}

pub(super) async fn put(
    State(native): State<Native>,
    names: Names,
    if_match: IfMatch,
    Given(document): Given,
) -> Result<(StatusCode, Json<Fault>), Refusal> {
    let (direction, name) = (names.direction()?, names.fault());
    let put = native.with_told(names.gate(), |kept| {
        let fault = named(document.fault(kept.gate.transport())?, name)?;
        let now = find(&kept.gate, direction, name).ok();
        if_match.meets(name, now.clone().map(Fault).as_ref())?;
        let status = match now {
            // It goes on.
            Some(now) if now == fault => StatusCode::OK,
            Some(_) => {
                kept.change_faults(|gate| gate.faults(direction).update(name, fault.clone()))?;
                StatusCode::OK
            }
            None => {
                has_room(kept, direction)?;
                kept.change_faults(|gate| gate.faults(direction).add(fault.clone()))?;
                StatusCode::CREATED
            }
        };
        Ok((status, Json(Fault(fault))))
    });
    put.await
}

pub(super) async fn remove(
    State(native): State<Native>,
    names: Names,
    if_match: IfMatch,
) -> Result<StatusCode, Refusal> {
    let (direction, name) = (names.direction()?, names.fault());
    let removed = native.with_told(names.gate(), |kept| {
        let now = find(&kept.gate, direction, name)?;
        if_match.meets(name, Some(&Fault(now)))?;
        kept.change_faults(|gate| gate.faults(direction).remove(name))?;
        Ok(StatusCode::NO_CONTENT)
    });
    removed.await
}

/// The fault under the name in the path, which it may also give itself.
fn named(fault: EntrySpec, name: &str) -> Result<EntrySpec, Refusal> {
    match fault.name() {
        Some(given) if given != name => {
            Err(Refusal::OtherName { given: given.to_owned(), name: name.to_owned() })
        }
        _ => Ok(fault.named(name)),
    }
}

fn find(gate: &AnyGate, direction: Direction, name: &str) -> Result<EntrySpec, Refusal> {
    let all = faults_of(gate, direction);
    let found = all.iter().find(|fault| fault.name() == Some(name)).cloned();
    found.ok_or_else(|| no_fault(&all, name))
}

fn no_fault(all: &[EntrySpec], name: &str) -> Refusal {
    let known = all.iter().filter_map(|fault| fault.name().map(str::to_owned)).collect();
    Refusal::NoSuch { what: "fault", name: name.to_owned(), known }
}
