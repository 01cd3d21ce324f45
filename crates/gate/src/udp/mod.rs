//! How a gate passes UDP.
//!
//! A client's way: `receiver.rs` takes datagrams off the socket that all clients share
//! (`socket.rs`; all of a gate: `listening.rs`) and gives each to its client's connection
//! (`connection.rs`), of which it knows by the client's address (`connections.rs`). Without faults
//! the datagram goes on from there at once. All else is done by the connection's task: `task.rs`:
//! the dial, the server's datagrams, and what is under way in both directions.

mod connection;
mod connections;
mod listening;
mod receiver;
mod socket;
mod task;

pub(crate) use listening::Listening;
