//! How a gate passes TCP.
//!
//! A client's way: `listener.rs` (all of a gate: `listening.rs`; one that changes gates: `ready.rs`), where it waits in the queue of
//! `backlog/`, `acceptor.rs`, then its task in `connection.rs`, which begins with `admission.rs`
//! and the dial (`connecting.rs`), goes on with two pumps (`pump.rs`, with `outlet.rs` for what the
//! receiver has yet to take, `lending.rs` for a direction in other hands, and `pipe.rs` for bulk data,
//! which `bulk.rs` tells) between two sockets (`side.rs`), and ends in `ending.rs`. Everybody else sees it
//! as a client in the registry.

mod acceptor;
mod admission;
mod backlog;
mod bulk;
mod connecting;
mod connection;
mod ending;
mod lending;
mod listener;
mod listening;
mod outlet;
#[cfg(target_os = "linux")]
mod pipe;
#[cfg(not(target_os = "linux"))]
#[path = "no_pipe.rs"]
mod pipe;
mod pump;
mod ready;
mod side;

pub(crate) use listening::Listening;
