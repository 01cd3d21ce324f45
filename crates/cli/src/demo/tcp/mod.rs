//! The part of the demo that shows streams.

mod client;
mod http;
mod server;
mod showings;

pub(super) use client::Client;
