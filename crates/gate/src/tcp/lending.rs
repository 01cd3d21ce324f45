//! The pump of a direction that is lent to somebody outside.

use std::task::{Context, Poll};
use std::time::Instant;

use chaosgate_faults::{Chain, Segment};

use super::pump::{Pump, Source};
use super::side::{Side, Unread};
use crate::lend::Standing;

impl Pump {
    /// Whether the direction is in other hands: then it is neither read nor written here, but a
    /// reset is to be noticed.
    pub(super) fn is_away(
        &mut self,
        source: &mut Side,
        sink: &mut Side,
        cx: &mut Context<'_>,
    ) -> bool {
        match self.desk.standing(&self.lane) {
            Standing::Here | Standing::Back { is_over: false } => {}
            Standing::Away => {
                source.watch_for_reset(cx);
                return true;
            }
            Standing::Back { is_over: true } => {
                self.source = Source::Ended;
                self.outlet.deliver(Segment::Fin, sink);
            }
            Standing::Close(how) => {
                if let Some(chain) = &mut self.lane.chain {
                    chain.close_lent(how, Instant::now());
                }
            }
        }
        false
    }

    /// Lends the direction, if that is wanted, nothing is under way any more, and there is
    /// something to read. Whether it is wanted.
    pub(super) fn lend(&mut self, source: &mut Side, sink: &Side, cx: &mut Context<'_>) -> bool {
        let Some(entry) = self.lane.chain.as_ref().and_then(Chain::lent) else { return false };
        let Poll::Ready(unread) = source.poll_unread(cx) else { return true };
        // As with a read, the look after it decides: what waits may have come after a change.
        if self.lane.look_before_read().is_some() {
            let sockets = [source.descriptor(), sink.descriptor()];
            self.desk.lend(entry, sockets, unread == Unread::End);
        } else {
            cx.waker().wake_by_ref();
        }
        true
    }
}
