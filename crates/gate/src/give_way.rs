//! How a task that has more to do lets the others have their turn.

use std::pin::pin;
use std::task::Context;

use tokio::task::yield_now;

/// Has the task polled again when the others have had their turn, and the sockets have been looked at.
///
/// A task that wakes itself would be polled dozens of times before the runtime looks at a socket: until
/// then nobody else would hear that something has come.
pub(crate) fn give_way(cx: &mut Context<'_>) {
    // The first poll leaves the waker with the runtime, and that is all there is to it.
    let _ = pin!(yield_now()).poll(cx);
}
