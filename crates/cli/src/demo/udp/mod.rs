//! The part of the demo that shows datagrams.

mod client;
mod datagram;
mod server;
mod showings;

pub(super) use client::Client;
