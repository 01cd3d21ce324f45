//! On which connections a fault acts.

use chaosgate_faults::virtual_time::Gate;
use chaosgate_faults::{Direction::ToServer, EntrySpec};

/// Which of the connections of a gate a drop acts on: of two that stand when it is set, and of those that come
/// after them, up to 8.
fn dropped(when: &str) -> Vec<usize> {
    let mut gate = Gate::new(2);
    let drop: EntrySpec = format!("drop:{when}").parse().expect(when);
    gate.set(ToServer, [drop]);
    for _ in 0..6 {
        gate.connect();
    }
    for number in 1..=8 {
        gate.line(number, ToServer).feed("0:a");
    }
    gate.finish();
    (1..=8).filter(|number| gate.line(*number, ToServer).output().is_empty()).collect()
}

#[test]
fn connections_are_counted_from_the_moment_at_which_the_fault_was_set() {
    assert_eq!(dropped("connections=1"), [3]);
    assert_eq!(dropped("connections=2..4"), [4, 5, 6]);
    assert_eq!(dropped("connections=every 2"), [4, 6, 8]);
    assert_eq!(dropped("connections=1..100"), [3, 4, 5, 6, 7, 8], "none of those that stood");
}

#[test]
fn clients_are_known_by_their_address() {
    assert_eq!(dropped("client=10.0.0.4"), [4]);
    assert_eq!(dropped("client=10.0.0.0/30"), [1, 2, 3]);
    assert_eq!(dropped("client=40000"), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(dropped("client=10.0.0.0/30,connections=1"), [3], "both must hold");
}

#[test]
fn an_update_counts_connections_from_where_the_first_did() {
    let mut gate = Gate::new(0);
    for how in ["fin", "reset"] {
        let close = format!("close_on_data:how={how},connections=2").parse::<EntrySpec>();
        gate.set(ToServer, [close.expect("a fault")]);
        gate.connect();
    }
    gate.line(1, ToServer).feed("0:a");
    gate.line(2, ToServer).feed("0:a");
    gate.finish();
    assert_eq!(gate.line(1, ToServer).output(), "0:a");
    assert_eq!(gate.line(2, ToServer).output(), "0:RST");
}

#[test]
fn where_it_does_not_act_there_is_no_chain() {
    let mut gate = Gate::new(0);
    gate.set(ToServer, ["drop:connections=2".parse::<EntrySpec>().expect("a fault")]);
    let number = gate.connect();
    assert!(gate.line(number, ToServer).chain().is_empty());
}
