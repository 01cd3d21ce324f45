//! The loop that takes clients off a listening socket.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

use super::backlog::Backlog;
use super::connection::serve;
use super::listener::Listener;
use crate::descriptors::{self, Kept};
use crate::failing::Failing;
use crate::presence::Presence;
use crate::shared::Shared;
use crate::sys;

/// A descriptor of the listener to accept from, on the runtime of the gate.
///
/// # Errors
///
/// Without descriptors to spare.
pub(super) fn socket(shared: &Shared, listener: &Listener) -> io::Result<TcpListener> {
    let _runtime = shared.runtime.enter();
    TcpListener::from_std(listener.duplicate()?.into())
}

/// Accepts clients until the handle aborts it. Who has accepted them before does no more when this has
/// returned.
pub(super) fn start(
    shared: &Arc<Shared>,
    socket: TcpListener,
    backlog: &Arc<Backlog>,
) -> AbortHandle {
    let queue = Queue { backlog: backlog.clone(), turn: backlog.begin_turn() };
    shared.runtime.spawn(accept(shared.clone(), socket, queue)).abort_handle()
}

/// The queue that a loop takes clients off, while it is its turn.
struct Queue {
    backlog: Arc<Backlog>,
    turn: u64,
}

async fn accept(shared: Arc<Shared>, socket: TcpListener, queue: Queue) {
    let (mut accepting, mut failing) = (shared.accepting.subscribe(), Failing::default());
    loop {
        // Who is not to be accepted waits in the kernel.
        if accepting.wait_for(|accepting| accepting.takes()).await.is_err() {
            return;
        }
        // Not `accept`: on a socket that was shut down and listens again, while this loop is yet to
        // be aborted, that would spin within one poll; this one gives way.
        let accepted = tokio::select! {
            biased;
            _ = accepting.changed() => continue,
            accepted = poll_fn(|cx| poll_accept(&shared, &socket, &queue, cx)) => accepted,
        };
        match accepted {
            Ok((stream, address, kept)) => {
                failing.is_over();
                take(&shared, stream, address, kept);
            }
            Err(error) => {
                if descriptors::are_short(&error) {
                    shared.registry.make_room();
                }
                failing.rest(&shared.events, &error).await;
            }
        }
    }
}

/// Lets a client in that has been accepted.
fn take(shared: &Arc<Shared>, stream: TcpStream, address: SocketAddr, kept: Kept) {
    // An error means that the client has gone already.
    if !sys::OPTIONS_ARE_INHERITED && sys::prepare(&stream).is_err() {
        return;
    }
    match shared.registry.enter(address) {
        Some(client) => {
            // Made here, so that it counts also if the task never runs.
            let presence = Presence::new(shared, client.number);
            // In a box, since a spawn moves what it is given a dozen times.
            tokio::spawn(Box::pin(serve(shared.clone(), presence, stream, client, kept)));
        }
        None => sys::reset(&stream),
    }
}

/// Takes the next client off the queue, if clients are taken now.
///
/// Nothing is taken off a queue that is closed: who fills it keeps it so until the new way of accepting
/// can be seen here. That may take a while, and wakes this loop on the way, so it does not wait for the
/// lock but is told when the queue is open again.
fn poll_accept(
    shared: &Shared,
    socket: &TcpListener,
    queue: &Queue,
    cx: &mut Context<'_>,
) -> Poll<io::Result<(TcpStream, SocketAddr, Kept)>> {
    queue.backlog.poll_take(queue.turn, cx, |own, cx| {
        if !shared.accepting.borrow().takes() {
            // The loop waits for a change as well.
            return Poll::Pending;
        }
        loop {
            let kept = descriptors::keep_for_dial(shared.settings.left, socket)?;
            match ready!(socket.poll_accept(cx))? {
                (_, address) if own.take(address) => {}
                (stream, address) => return Poll::Ready(Ok((stream, address, kept))),
            }
        }
    })
}
