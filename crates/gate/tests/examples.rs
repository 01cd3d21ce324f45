//! The example runs, and does what it says.

#![allow(unreachable_pub, reason = "the example is a program of its own")]

#[path = "../examples/custom_fault.rs"]
mod custom_fault;

#[test]
fn the_custom_fault_loses_every_third_answer() {
    custom_fault::main().expect("it does");
}
