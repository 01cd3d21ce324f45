//! A direction's list of faults, and which of its entries stay when it changes.

use std::time::Instant;

use chaosgate_faults::virtual_time::{Line, NO_FAULTS, ms};
use chaosgate_faults::{Drop, Entry, EntrySpec, FaultList, Latency, LimitBytes, Stall};

fn latency(millis: u64) -> EntrySpec {
    Latency::new(ms(millis)).into()
}

fn start() -> Instant {
    let mut start = None;
    Line::with_origin(NO_FAULTS, |origin| start = Some(origin.connected));
    start.expect("a moment")
}

fn list(specs: impl IntoIterator<Item = EntrySpec>) -> FaultList {
    FaultList::default().replaced(specs, start()).expect("a list")
}

fn names(list: &FaultList) -> Vec<&str> {
    list.entries().iter().map(|entry| entry.name()).collect()
}

fn ids(list: &FaultList) -> Vec<u64> {
    list.entries().iter().map(|entry| Entry::id(entry)).collect()
}

#[test]
fn an_entry_without_a_name_has_that_of_its_type_with_a_number_if_needed() {
    let list = list([
        latency(1),
        latency(2),
        Drop::default().into(),
        latency(3),
        latency(4).named("slow"),
    ]);
    assert_eq!(names(&list), ["latency", "latency-2", "drop", "latency-3", "slow"]);
}

#[test]
fn two_entries_cannot_have_one_name() {
    let message = "there is a fault named \"slow\" already: each needs a name of its own";
    let specs = [latency(1).named("slow"), EntrySpec::from(Drop::default()).named("slow")];
    let error = FaultList::default().replaced(specs, start()).expect_err("refused");
    assert_eq!(error.to_string(), message);
    let list = list([latency(1).named("slow")]);
    let error = list.with(latency(1).named("slow"), start()).expect_err("refused");
    assert_eq!(error.to_string(), message);
}

#[test]
fn a_document_keeps_the_entries_whose_name_and_fields_are_equal() {
    let before = list([latency(1), latency(2).named("slow"), Stall {}.into()]);
    let specs = [Stall {}.into(), latency(1).named("latency"), latency(3).named("slow")];
    let after = before.replaced(specs, start()).expect("a list");
    assert_eq!(names(&after), ["stall", "latency", "slow"]);
    let (before, after) = (ids(&before), ids(&after));
    assert_eq!(after[..2], [before[2], before[0]]);
    assert!(!before.contains(&after[2]));
}

#[test]
fn what_code_adds_is_always_an_entry_of_its_own_and_is_removed_alone() {
    let (one, first) = list([latency(1)]).with(latency(1), start()).expect("a list");
    let (two, second) = one.with(latency(1), start()).expect("a list");
    assert_eq!(names(&two), ["latency", "latency-2", "latency-3"]);
    assert_ne!(first.id(), second.id());
    let left = two.without_id(first.id(), start()).expect("it is there");
    assert_eq!(names(&left), ["latency", "latency-3"]);
    assert!(left.without_id(first.id(), start()).is_none(), "it is gone already");
    let other = left.replaced([latency(5).named("latency-3")], start()).expect("a list");
    assert!(other.without_id(second.id(), start()).is_none(), "an update is another entry");
}

#[test]
fn an_update_has_an_id_and_hits_of_its_own_and_keeps_the_name() {
    let before = list([latency(1).named("slow"), Drop::default().into()]);
    before.entries()[0].add_hits(5);
    let (after, updated) =
        before.updated("slow", LimitBytes::new(1).into(), start()).expect("a list");
    assert_eq!(names(&after), ["slow", "drop"]);
    assert_eq!((updated.hits(), before.entries()[0].hits()), (0, 5));
    assert_ne!(updated.id(), before.entries()[0].id());
    assert_eq!(updated.spec().name(), Some("slow"));
    let unchanged =
        after.replaced([LimitBytes::new(1).into(), EntrySpec::from(Drop::default())], start());
    assert_ne!(ids(&unchanged.expect("a list")), ids(&after), "another name is another entry");
}

#[test]
fn a_name_that_is_not_there_is_answered_with_those_that_are() {
    let message = "there is no fault named \"x\": the faults here are latency, drop";
    let list = list([latency(1), Drop::default().into()]);
    assert_eq!(list.without("x", start()).expect_err("refused").to_string(), message);
    let error = list.updated("x", latency(1), start()).expect_err("refused");
    assert_eq!(error.to_string(), message);
    assert_eq!(names(&list.without("latency", start()).expect("a list")), ["drop"]);
}

#[test]
fn an_entry_that_has_ended_by_itself_is_as_good_as_gone() {
    let spec = latency(1).named("slow").lasting(ms(10));
    let (before, later) = (list([spec.clone()]), start() + ms(10));
    assert_eq!(before.at_work(start() + ms(9)).count(), 1);
    assert_eq!(before.at_work(later).count(), 0);
    let again = before.replaced([spec.clone()], later).expect("a list");
    assert_ne!(ids(&again), ids(&before), "set again, it begins again");
    let (with, _) = before.with(spec, later).expect("the name is free");
    assert_eq!(names(&with), ["slow"]);
    assert!(before.without("slow", later).is_err());
}
