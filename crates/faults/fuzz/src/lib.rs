//! The fuzz target `chain`: what must hold for every list of faults, whatever comes and whenever.
//!
//! A [`Plan`] is made from the fuzzer's bytes, and a [`Gate`] carries it out in virtual time, in the
//! way of the real one: a chain is polled when its deadline has come, its waker was called, its
//! sockets are ready or its faults were switched, and not otherwise. Its faults are made from the
//! catalogue, so a new one takes part without a change here.
//!
//! | to find | look in |
//! |---|---|
//! | what happens in a run | `plan.rs`: [`Plan`] |
//! | faults with arbitrary fields | `written.rs` |
//! | lists, connections and time | `gate.rs`: [`Gate`] |
//! | how one direction closes the other | `connection.rs` |
//! | one direction: socket, chain, socket | `line.rs` |
//! | which bytes may come out | `stream.rs` |
//! | how much may be held | `bound.rs` |
//! | what a kind of fault may do to data | `effect.rs` |
//! | bytes in no order | `noise.rs` |
//!
//! What is checked, beside that nothing panics:
//!
//! - **Conservation.** At every moment, what went in has come out or is held, unless a fault that
//!   discards has counted a hit or the connection is closed. What comes out is what went in, in
//!   order; behind faults that discard, a part of it. Nothing follows the end of a stream.
//! - **Bounds.** The memory never goes beyond the buffer by more than one segment cut at each fault.
//! - **Rest.** After a poll at `now` the deadline is later than `now`, and the polls of a run are
//!   bounded by what there is to do.
//! - **Healing.** With the empty list and open sinks, everything is out at that moment, and the
//!   chain holds nothing and waits for nothing.

#![forbid(unsafe_code)]

mod bound;
mod connection;
mod effect;
mod gate;
mod line;
mod noise;
mod plan;
mod stream;
mod written;

pub use gate::Gate;
pub use noise::fill;
pub use plan::{Change, Plan, Span, Step};
pub use written::Written;
