//! The part of the demo that shows streams.

mod client;
mod conditions;
mod http;
mod server;

pub(super) use client::Client;
pub(super) use http::Broken;
