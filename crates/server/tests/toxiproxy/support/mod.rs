//! The interface over a real socket, and servers to put behind its proxies.

mod api;
mod wire;

pub(crate) use api::{Answer, Api};
pub(crate) use wire::{Link, echo, gone, is_silent, pair, read, read_all, reset, silent};

use std::time::Duration;

/// Only a failure takes that long.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// Waits for what must come.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, future).await.expect("it comes in time")
}
