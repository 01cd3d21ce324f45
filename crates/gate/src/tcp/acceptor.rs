//! The loop that takes clients off a listening socket.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::AbortHandle;

use super::connection::serve;
use super::listener::Listener;
use crate::accepting::Accepting;
use crate::event::What;
use crate::shared::Shared;
use crate::sys;

/// How long it rests after a failure, as a rule for want of descriptors.
const REST: Duration = Duration::from_millis(50);

/// Accepts clients until the handle aborts it.
///
/// # Errors
///
/// Without descriptors to spare.
pub(super) fn start(shared: &Arc<Shared>, listener: &Listener) -> std::io::Result<AbortHandle> {
    let _runtime = shared.runtime.enter();
    let socket = TcpListener::from_std(listener.acceptor()?)?;
    Ok(shared.runtime.spawn(accept(shared.clone(), socket)).abort_handle())
}

async fn accept(shared: Arc<Shared>, socket: TcpListener) {
    let mut accepting = shared.accepting.subscribe();
    loop {
        // Who is not to be accepted waits in the kernel.
        let takes =
            |accepting: &Accepting| !matches!(accepting, Accepting::Hold | Accepting::Refuse);
        if accepting.wait_for(takes).await.is_err() {
            return;
        }
        // Not `accept`: on a socket that was shut down and listens again, while this loop is yet to
        // be aborted, that would spin within one poll; this one gives way.
        let accepted = tokio::select! {
            biased;
            _ = accepting.changed() => continue,
            accepted = poll_fn(|cx| socket.poll_accept(cx)) => accepted,
        };
        let failure = match accepted {
            Ok((stream, address)) => {
                // An error means that the client has gone already.
                if sys::prepare(&stream).is_ok() {
                    match shared.registry.enter(address) {
                        Some(client) => drop(tokio::spawn(serve(shared.clone(), stream, client))),
                        None => sys::reset(stream),
                    }
                }
                continue;
            }
            Err(error) => error,
        };
        // A listener that refuses fails to accept, and its loop is about to be aborted.
        if *shared.accepting.borrow() != Accepting::Refuse {
            shared.events.note(None, What::AcceptFailed { reason: failure.to_string() });
        }
        tokio::time::sleep(REST).await;
    }
}
