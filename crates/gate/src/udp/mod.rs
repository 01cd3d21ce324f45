//! How a gate passes UDP.
//!
//! A client's way: `receiver.rs` takes datagrams off the socket that all clients share
//! (`socket.rs`; all of a gate: `listening.rs`) and gives each to its client's `connection.rs`,
//! which it finds in `connections.rs`. Without faults the datagram goes on from there at once. All
//! else is done by the connection's task, `task.rs`: the dial, and then `work.rs`, with the
//! connection's own socket to the `server.rs`, from which `receipt.rs` takes datagrams.
//! `lending.rs` is about directions in other hands, with `stand_in.rs` in place of the shared
//! socket.

mod connection;
mod connections;
mod lending;
mod listening;
mod receipt;
mod receiver;
mod server;
mod socket;
mod stand_in;
mod task;
mod work;

pub(crate) use listening::Listening;
