//! The TCP gate.
//!
//! A client's way through it: `listener.rs`, `acceptor.rs`, then its task in `connection.rs` with
//! `dial.rs`, two `pump.rs`, each with its `outlet.rs`, and two `side.rs`. Everybody else sees it in `registry.rs`.

mod acceptor;
mod connection;
mod dial;
mod gate;
mod listener;
mod outlet;
mod pump;
pub(crate) mod registry;
mod side;

pub use gate::{Builder, TcpGate};
