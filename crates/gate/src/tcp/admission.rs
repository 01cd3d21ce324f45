//! From being accepted to the connection with the server.

use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use chaosgate_faults::How;
use tokio::net::TcpStream;

use super::connecting::connect;
use super::ending::End;
use super::side::Side;
use crate::accepting::Accepting;
use crate::client::Client;
use crate::closed_by::ClosedBy;
use crate::descriptors::Kept;
use crate::dial::dial;
use crate::shared::Shared;

/// Lets the client in and connects to the server, at the address that it gives as well.
pub(super) async fn bring_together(
    shared: &Shared,
    client: &Arc<Client>,
    side: &mut Side,
    mut kept: Kept,
) -> Result<(TcpStream, SocketAddr), End> {
    admit(shared, client, side).await?;
    let failed = |reason: String| {
        shared.dial_failed(client, reason);
        End::new(ClosedBy::DialFailure, shared.settings.on_dial_failure)
    };
    let connect = |server| {
        kept.free();
        connect(server, shared.settings.left, client)
    };
    let route = shared.route();
    let dialling = dial(&route.upstream, connect);
    let dialled = unless_ended(client, side, dialling).await?;
    let (connected, _) = dialled.map_err(|error| failed(error.to_string()))?;
    Ok(connected)
}

/// Waits until the client may be connected. The way of accepting is loaded here, after the client
/// was accepted, so that it decides also on one that came in the moment of the change.
async fn admit(shared: &Shared, client: &Client, side: &mut Side) -> Result<(), End> {
    let mut accepting = shared.accepting.subscribe();
    loop {
        let current = *accepting.borrow_and_update();
        match current {
            Accepting::Accept => return Ok(()),
            // The sender lives in `shared`, so a change cannot fail.
            Accepting::Hold | Accepting::Timeout => {
                drop(unless_ended(client, side, accepting.changed()).await?);
            }
            Accepting::Mute => {
                drop(unless_ended(client, side, accepting.changed()).await?);
                return Err(End::new(ClosedBy::Accepting, How::Reset));
            }
            Accepting::Refuse | Accepting::Reset => {
                return Err(End::new(ClosedBy::Accepting, How::Reset));
            }
        }
    }
}

/// Waits for `future`, unless the client resets or somebody ends it meanwhile.
async fn unless_ended<T>(
    client: &Client,
    side: &mut Side,
    future: impl Future<Output = T>,
) -> Result<T, End> {
    let mut future = pin!(future);
    poll_fn(|cx| {
        if let Poll::Ready((by, how)) = client.poll_end(cx) {
            return Poll::Ready(Err(End::new(by, how)));
        }
        side.watch_for_reset(cx);
        if side.has_unread_reset() {
            return Poll::Ready(Err(End::new(ClosedBy::Client, How::Reset)));
        }
        future.as_mut().poll(cx).map(Ok)
    })
    .await
}
