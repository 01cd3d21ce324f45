//! How a gate passes UDP.
//!
//! A client's way: `receiver.rs` takes datagrams off the socket that all clients share
//! (`socket.rs`; all of a gate: `listening.rs`) and gives each to its client's `connection.rs`,
//! which it finds in `connections.rs`. Without faults the datagram goes on from there at once. All
//! else is done by the connection's task, `task.rs`: the dial, and then `work.rs`, with the
//! connection's own socket to the `server.rs`.

mod connection;
mod connections;
mod listening;
mod receiver;
mod server;
mod socket;
mod task;
mod work;

pub(crate) use listening::Listening;
