//! The part of the demo that shows datagrams.

mod client;
mod conditions;
mod datagram;
mod server;

pub(super) use client::Client;
