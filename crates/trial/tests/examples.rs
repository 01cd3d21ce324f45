//! The example runs, and does what it says.

#![allow(unreachable_pub, reason = "the example is a program of its own")]

#[path = "../examples/recovery.rs"]
mod recovery;

#[test]
fn the_recovery_example_recovers() {
    recovery::main().expect("it recovers");
}
