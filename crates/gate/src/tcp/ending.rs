//! How a connection ends, and how its sockets are closed then.

use std::time::{Duration, Instant};

use chaosgate_faults::{Direction, How};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::side::Side;
use crate::closed_by::ClosedBy;
use crate::presence::Presence;

/// How long a connection that has been closed on purpose waits for its peers: to have read what
/// they were sent, and to end their own direction.
const LINGER: Duration = Duration::from_secs(1);

/// How a connection ends.
#[derive(Debug)]
pub(super) struct End {
    pub(super) by: ClosedBy,
    pub(super) how: How,
    /// The direction whose data has to arrive before a reset.
    pub(super) after: Option<Direction>,
}

impl End {
    pub(super) fn new(by: ClosedBy, how: How) -> Self {
        End { by, how, after: None }
    }

    /// The end that the traffic has come to.
    pub(super) fn of(end: &chaosgate_faults::End) -> Self {
        let chaosgate_faults::End { by, how, after } = end.clone();
        End { by: by.into(), how, after }
    }
}

/// Closes the sockets in the way that the peers are to see. That the peers have been told is noted, and
/// is not the end of it.
pub(super) async fn close(
    mut client: Side,
    mut server: Option<Side>,
    end: &End,
    presence: &Presence,
) {
    match (end.how, &end.by) {
        // Both have ended by themselves: there is nothing left to read or to say.
        (How::Fin, ClosedBy::Client | ClosedBy::Server) => {}
        (How::Fin, _) => {
            let mut lingering = JoinSet::new();
            for mut side in std::iter::once(client).chain(server) {
                side.finish();
                // A close with unread data would reset. A peer that takes longer gets that.
                lingering.spawn(async move { timeout(LINGER, side.drain()).await });
            }
            presence.told();
            // Not `join_all`, which panics when the runtime shuts down meanwhile.
            while lingering.join_next().await.is_some() {}
        }
        (How::Reset, _) => {
            match (end.after, &mut server) {
                (Some(Direction::ToClient), _) => wait_until_sent(&mut client).await,
                (Some(Direction::ToServer), Some(server)) => wait_until_sent(server).await,
                _ => {}
            }
            client.reset();
            if let Some(server) = server {
                server.reset();
            }
        }
    }
}

/// Waits until the peer has all data, since a reset throws the kernel's send queue away.
async fn wait_until_sent(side: &mut Side) {
    let deadline = Instant::now() + LINGER;
    let mut pause = Duration::from_millis(1);
    while side.unsent() > 0 && Instant::now() < deadline {
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}
