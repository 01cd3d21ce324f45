//! The interface over a real socket, and what is behind its gates.

mod api;
pub(crate) mod contract;
mod wire;

pub(crate) use api::Api;
pub(crate) use wire::{echo, exchange, read_to_end};

use std::time::Duration;

/// Waits for what must come. Only a failure takes that long.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("it comes in time")
}
