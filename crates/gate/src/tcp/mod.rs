//! The TCP gate.
//!
//! What users hold: `gate.rs` (making, starting, stopping), `builder.rs`, `control.rs` (how it fails
//! and heals), `inspect.rs` (its connections and events, shown as in `info.rs`).
//!
//! A client's way: `listener.rs` (all of a gate: `listening.rs`), where it waits in the queue of
//! `backlog.rs`, `acceptor.rs`, then its task in `connection.rs`, which begins with `admission.rs`
//! and `dial.rs`, goes on with two pumps (`pump.rs`, and `outlet.rs` for what the receiver has yet
//! to take) between two sockets (`side.rs`), and ends in `ending.rs`. Everybody else sees it as a
//! `client.rs` in the `registry.rs`.

mod acceptor;
mod admission;
mod backlog;
mod builder;
mod client;
mod connection;
mod control;
mod dial;
mod ending;
mod gate;
mod info;
mod inspect;
mod listener;
mod listening;
mod outlet;
mod pump;
pub(crate) mod registry;
mod side;

pub use builder::Builder;
pub use gate::TcpGate;
pub use info::{ConnectionInfo, Totals, Volume};
