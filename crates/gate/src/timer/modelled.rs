//! Timers of a model, which has a thread of its own to drive them.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Waker;
use std::time::Instant;

use tokio::task::AbortHandle;

use super::alarm::Alarm;
use super::deadlines::{Deadlines, Driver, drive};
use super::{Timer, Timers};
use crate::sync::Notify;

/// Timers without a driver.
pub(crate) fn timers(driver: AbortHandle) -> Arc<Timers> {
    let deadlines = Arc::new(Deadlines::new(Alarm::portable()));
    Arc::new(Timers { deadlines, driver })
}

/// Drives them until somebody notifies.
pub(crate) async fn drive_until(timers: Arc<Timers>, over: Arc<Notify>) {
    let mut driven = pin!(drive(Driver(timers.deadlines.clone())));
    let mut over = pin!(over.notified());
    poll_fn(|cx| {
        let _ = driven.as_mut().poll(cx);
        over.as_mut().poll(cx)
    })
    .await;
}

/// Arms a timer with a mistake: the alarm is set before the timer is in the queue.
pub(crate) fn arm_behind_the_alarm(timer: &mut Timer, at: Instant, waker: &Waker) {
    timer.timers.deadlines.arm_behind_the_alarm(timer.id, at, waker);
    timer.armed = Some(at);
}
