//! Handles and guards: what they add, count and take away.

mod support;

use std::time::Duration;

use chaosgate::{EntrySpec, Latency, ListError, Pass, Stall, units::Ratio};
use support::{Rig, SOON, read};
use tokio::io::AsyncWriteExt;

fn names(faults: &chaosgate::Faults) -> Vec<String> {
    faults.list().iter().map(|entry| entry.name().to_owned()).collect()
}

#[tokio::test]
async fn a_guard_removes_its_own_entry_and_no_other() {
    let rig = Rig::new().await;
    let faults = rig.gate.to_server();
    let first = faults.fault(Pass {}).unwrap();
    let second = faults.fault(Pass {}).unwrap();
    assert_eq!((first.name(), second.name()), ("pass", "pass-2"));
    drop(first);
    assert_eq!(names(&faults), ["pass-2"]);
    // Another entry of the same name is not the guard's.
    faults.set([EntrySpec::new(Stall {}).named("pass-2")]).unwrap();
    drop(second);
    assert_eq!(names(&faults), ["pass-2"]);
}

#[tokio::test]
async fn a_guard_of_both_directions_heals_both() {
    let rig = Rig::new().await;
    let guard = rig.gate.both().fault(Stall {}).unwrap();
    assert_eq!(names(&rig.gate.to_server()), ["stall"]);
    assert_eq!(names(&rig.gate.to_client()), ["stall"]);
    drop(guard);
    assert!(rig.gate.both().list().is_empty());
}

#[tokio::test]
async fn an_entry_knows_whether_it_is_set_and_can_be_added_again() {
    let rig = Rig::new().await;
    let first = rig.gate.both().add(EntrySpec::new(Stall {}).named("still")).unwrap();
    assert!(first.is_set());
    assert!(first.add_again().is_err(), "its name is taken by itself");
    rig.gate.to_server().pass();
    assert!(first.is_set(), "on the other direction");
    rig.gate.to_client().set([EntrySpec::new(Pass {}).named("still")]).unwrap();
    assert!(!first.is_set(), "another has its name");
    rig.gate.to_client().pass();
    let again = first.add_again().unwrap();
    assert!(again.is_set() && !first.is_set());
    assert_eq!(names(&rig.gate.both()), ["still", "still"]);
}

#[tokio::test]
async fn what_is_refused_changes_nothing_in_either_direction() {
    let rig = Rig::new().await;
    rig.gate.to_client().add(EntrySpec::new(Pass {}).named("here")).unwrap();
    let error = rig.gate.both().add(EntrySpec::new(Stall {}).named("here")).unwrap_err();
    assert_eq!(error, ListError::NameTaken { name: "here".to_owned() });
    assert!(rig.gate.to_server().list().is_empty());
    let error = rig.gate.to_client().remove("there").unwrap_err().to_string();
    assert_eq!(error, "there is no fault named \"there\": the faults here are here");
}

#[tokio::test]
async fn an_entry_ends_by_itself_when_its_time_is_over() {
    let rig = Rig::new().await;
    let brief = EntrySpec::new(Stall {}).lasting(Duration::from_millis(50));
    rig.gate.to_server().add(brief).unwrap();
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"late").await.unwrap();
    assert_eq!(read(&mut server, 4).await, b"late");
    assert!(rig.gate.to_server().list().is_empty());
}

#[tokio::test]
async fn hits_are_counted_for_the_entry_and_the_connection() {
    let rig = Rig::new().await;
    let slow = rig.gate.to_server().add(Latency::new(Duration::from_millis(1))).unwrap();
    let never = EntrySpec::new(Stall {}).with_probability(Ratio::ZERO);
    let never = rig.gate.to_server().add(never).unwrap();
    let (mut client, mut server) = rig.pair().await;
    for hits in 1..=3 {
        client.write_all(b"x").await.unwrap();
        read(&mut server, 1).await;
        slow.wait_for_hits(hits, SOON).await.unwrap();
    }
    assert_eq!((slow.hits(), never.hits()), (3, 0));
    assert_eq!(rig.gate.connections()[0].hits, 3);
    let error = slow.wait_for_hits(4, Duration::from_millis(10)).await.unwrap_err();
    assert_eq!(error.to_string(), "only 3 of 4 hits of latency within 10ms");
}
