//! How a gate passes UDP.
//!
//! A client's way: `receiver.rs` takes datagrams off the socket that all clients share
//! (`socket.rs`; all of a gate: `listening.rs`) and puts each into its client's `mailbox.rs`, which
//! it finds in `mailboxes.rs`. Without faults the datagram goes on from there at once. All else is
//! done by the task of the client's `connection.rs`: the dial, and then the `pump.rs`, with the
//! connection's own socket to the `server.rs`, from which `from_server.rs` takes datagrams.
//! `lending.rs` is about directions in other hands, with `stand_in.rs` in place of the shared
//! socket.

mod connection;
mod from_server;
mod lending;
mod listening;
mod mailbox;
mod mailboxes;
mod pump;
mod receiver;
mod server;
mod socket;
mod stand_in;

pub(crate) use listening::Listening;
