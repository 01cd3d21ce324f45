//! The pump of a direction that is lent to somebody outside.

use std::task::{Context, Poll};
use std::time::Instant;

use super::pump::{Ends, Pump};
use super::side::Unread;
use crate::lane::Lanes;
use crate::lend::Whose;

impl Pump {
    /// Looks whether the direction, which is in other hands, has come back. It is neither read nor
    /// written meanwhile, but a reset is to be noticed.
    pub(super) fn serve_borrower(
        &mut self,
        lanes: &mut Lanes,
        ends: &mut Ends<'_>,
        cx: &mut Context<'_>,
    ) {
        match self.desk.whose(lanes) {
            Whose::Here => {}
            Whose::Away => ends.source.watch_for_reset(cx),
            Whose::Back { is_over } => lanes.duplex.take_back(self.direction, is_over),
            Whose::Close(how) => {
                lanes.duplex.close_lent(self.direction, how, Instant::now());
            }
        }
    }

    /// Lends the direction, if that is wanted, nothing is under way any more, and there is
    /// something to read. Whether it is wanted.
    pub(super) fn lend(
        &mut self,
        lanes: &mut Lanes,
        ends: &mut Ends<'_>,
        cx: &mut Context<'_>,
    ) -> bool {
        let Some(entry) = lanes.duplex.lent(self.direction).cloned() else { return false };
        let Poll::Ready(unread) = ends.source.poll_unread(cx) else { return true };
        // As with a read, the look after it decides: what waits may have come after a change.
        if lanes.look_before_read(self.direction).is_some() {
            let sockets = [ends.source.descriptor(), ends.sink.descriptor()];
            lanes.duplex.lend(self.direction);
            self.desk.lend(&entry, sockets, unread == Unread::End);
        } else {
            cx.waker().wake_by_ref();
        }
        true
    }
}
