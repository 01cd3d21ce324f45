//! The fuzz target `chain`: what must hold for every connection, whatever its lists of faults, whatever
//! comes and whenever.
//!
//! A [`Plan`] is made from the fuzzer's bytes, and a [`Gate`] carries it out in virtual time, in the
//! way of the real one: a connection is polled when its deadline has come, its waker was called, its
//! sockets are ready or its faults were switched, and not otherwise; and it may see a switch late. Its
//! faults are made from the catalogue, so a new one takes part without a change here.
//!
//! | to find | look in |
//! |---|---|
//! | what happens in a run | `plan.rs`: [`Plan`] |
//! | faults with arbitrary fields | `written.rs` |
//! | lists of faults | `lists.rs` |
//! | connections and time | `gate.rs`: [`Gate`] |
//! | a connection, and how it comes to its end | `connection.rs` |
//! | one direction's sockets | `line.rs` |
//! | which bytes may come out | `traffic.rs`; `stream.rs`, `datagrams.rs` |
//! | how much may be under way | `bound.rs` |
//! | what a kind of fault may do to data | `effect.rs` |
//! | bytes in no order | `noise.rs` |
//!
//! What is checked, beside that nothing panics:
//!
//! - **Conservation.** At every moment, what went in has come out or is held, unless a fault that
//!   discards has counted a hit or the connection is closed. What comes out is what went in, in
//!   order; behind faults that discard, a part of it. A datagram is whole and unchanged, comes once
//!   and in its order, unless a fault that does otherwise has counted a hit.
//! - **Bounds.** The memory never goes beyond the buffer by more than one read, two pieces at each
//!   fault and the ends of the stream; and of datagrams that are repeated, one more at each fault that
//!   does that.
//! - **Rest.** After a poll at `now` the deadline is later than `now`, unless the connection has given
//!   way; and the polls of a run are bounded by what there is to do.
//! - **Ends.** Each direction ends at most once, and nothing comes out behind its end, or behind that of
//!   the connection. A fault that closes a connection has counted a hit.
//! - **Healing.** With empty lists and open sinks, everything is out as soon as that is seen, and
//!   nothing is held, waited for or left unread. When both peers have ended their streams besides,
//!   the connection is over.
//! - **Transparency.** Where no fault that closes, discards or changes has counted a hit and no peer has
//!   reset the connection, each direction has delivered all that its peer sent, and then its end.

#![forbid(unsafe_code)]

mod bound;
mod connection;
mod datagrams;
mod effect;
mod gate;
mod line;
mod lists;
mod noise;
mod plan;
mod stream;
mod traffic;
mod written;

pub use gate::Gate;
pub use noise::fill;
pub use plan::{Change, Plan, Span, Step};
pub use written::Written;
