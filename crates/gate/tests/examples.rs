//! The examples run, and do what they say.

#![allow(unreachable_pub, reason = "each example is a program of its own")]

#[path = "../examples/custom_fault.rs"]
mod custom_fault;
#[path = "../examples/recovery.rs"]
mod recovery;

#[test]
fn the_recovery_example_recovers() {
    recovery::main().expect("it recovers");
}

#[test]
fn the_custom_fault_loses_every_third_answer() {
    custom_fault::main().expect("it does");
}
