//! How a connection ends, and how its sockets are closed then.

use std::time::{Duration, Instant};

use chaosgate_faults::{Direction, How};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::side::Side;
use crate::event::ClosedBy;

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
}

/// Closes the sockets in the way that the peers are to see.
pub(super) async fn close(mut sides: Vec<Side>, end: &End) {
    match end.how {
        // Both have ended by themselves: there is nothing left to read or to say.
        How::Fin if matches!(end.by, ClosedBy::Client | ClosedBy::Server) => {}
        How::Fin => {
            let mut lingering = JoinSet::new();
            for mut side in sides {
                side.finish();
                // A close with unread data would reset. A peer that takes longer gets that.
                lingering.spawn(async move { timeout(LINGER, side.drain()).await });
            }
            lingering.join_all().await;
        }
        How::Reset => {
            let sink = end.after.map(|direction| direction.opposite() as usize);
            if let Some(side) = sink.and_then(|sink| sides.get_mut(sink)) {
                wait_until_sent(side).await;
            }
            sides.into_iter().for_each(Side::reset);
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
