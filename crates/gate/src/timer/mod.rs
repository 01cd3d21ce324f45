//! Timers for the deadlines of faults, more exact than tokio's: never early, and on Linux well
//! under a millisecond late. One queue for each runtime.

mod alarm;
mod deadlines;
mod lateness;
mod lateness_meter;
#[cfg(all(test, chaosgate_models))]
pub(crate) mod modelled;
mod within;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Weak};
use std::task::Waker;
use std::time::Instant;

use alarm::Alarm;
use deadlines::{Deadlines, Driver, drive};
pub use lateness::Lateness;
pub use lateness_meter::LatenessMeter;
use parking_lot::Mutex;
use tokio::runtime::{self, Handle};
use tokio::task::AbortHandle;
pub(crate) use within::{NotMet, block_on, within};

/// All timers of one runtime: a queue, and an alarm that is set for its head.
#[derive(Debug)]
pub(crate) struct Timers {
    deadlines: Arc<Deadlines>,
    driver: AbortHandle,
}

impl Timers {
    /// The timers of the runtime that `handle` belongs to.
    pub(crate) fn of(handle: &Handle) -> Arc<Self> {
        static RUNTIMES: LazyLock<Mutex<HashMap<runtime::Id, Weak<Timers>>>> =
            LazyLock::new(Mutex::default);
        if cfg!(chaosgate_models) {
            // Each order of a model has its own.
            return Arc::new(Timers::start(handle, |_| Alarm::portable()));
        }
        let mut runtimes = RUNTIMES.lock();
        if let Some(timers) = runtimes.get(&handle.id()).and_then(Weak::upgrade) {
            return timers;
        }
        runtimes.retain(|_, timers| timers.strong_count() > 0);
        let timers = Arc::new(Timers::start(handle, Alarm::new));
        runtimes.insert(handle.id(), Arc::downgrade(&timers));
        timers
    }

    fn start(handle: &Handle, alarm: impl FnOnce(&Handle) -> Alarm) -> Self {
        let deadlines = Arc::new(Deadlines::new(alarm(handle)));
        let driver = handle.spawn(drive(Driver(deadlines.clone()))).abort_handle();
        Timers { deadlines, driver }
    }

    /// A timer that is not armed.
    pub(crate) fn timer(self: &Arc<Self>) -> Timer {
        Timer { timers: self.clone(), id: self.deadlines.next_id(), armed: None }
    }
}

impl Timers {
    /// Whether the runtime has ended, so that no timer fires any more.
    pub(crate) fn have_ended(&self) -> bool {
        self.deadlines.have_ended()
    }
}

impl Drop for Timers {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// One deadline at a time.
#[derive(Debug)]
pub(crate) struct Timer {
    timers: Arc<Timers>,
    id: u64,
    armed: Option<Instant>,
}

impl Timer {
    /// Wakes `waker` at `deadline`, and no more at the one before.
    pub(crate) fn arm(&mut self, deadline: Option<Instant>, waker: &Waker) {
        if deadline.is_none() && self.armed.is_none() {
            return;
        }
        self.timers.deadlines.arm(self.id, self.armed, deadline, waker);
        self.armed = deadline;
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(armed) = self.armed {
            self.timers.deadlines.disarm(self.id, armed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::task::Poll;
    use std::time::Duration;

    use super::*;

    async fn sleep(timers: &Arc<Timers>, time: Duration) {
        let (mut timer, deadline) = (timers.timer(), Instant::now() + time);
        poll_fn(|cx| {
            if Instant::now() >= deadline {
                return Poll::Ready(());
            }
            timer.arm(Some(deadline), cx.waker());
            Poll::Pending
        })
        .await;
    }

    async fn many_timers_in_any_order(timers: Arc<Timers>) {
        let sleepers: Vec<_> = [30, 5, 20, 1, 10, 0]
            .map(|millis| {
                let timers = timers.clone();
                tokio::spawn(async move {
                    let (start, time) = (Instant::now(), Duration::from_millis(millis));
                    sleep(&timers, time).await;
                    assert!(start.elapsed() >= time, "never early");
                })
            })
            .into();
        for sleeper in sleepers {
            sleeper.await.expect("a timer");
        }
        assert_eq!(timers.deadlines.count(), 0, "a timer that has gone leaves nothing");
    }

    #[tokio::test]
    async fn timers_are_never_early_with_this_systems_alarm() {
        many_timers_in_any_order(Timers::of(&Handle::current())).await;
    }

    #[tokio::test]
    async fn timers_are_never_early_with_the_portable_alarm() {
        let timers = Timers::start(&Handle::current(), |_| Alarm::portable());
        many_timers_in_any_order(Arc::new(timers)).await;
    }

    #[tokio::test]
    async fn each_timer_that_fires_is_counted_with_its_lateness() {
        let meter = LatenessMeter::of(&Handle::current());
        many_timers_in_any_order(Timers::of(&Handle::current())).await;
        let lateness = meter.read();
        // One that is over when it is to be armed does not fire, on a busy machine several.
        let count: u64 = lateness.counts.iter().sum();
        assert!((1..=6).contains(&count), "{lateness:?}");
        assert!(lateness.sum > Duration::ZERO);
    }

    #[tokio::test]
    async fn a_runtime_has_one_queue() {
        let first = Timers::of(&Handle::current());
        let second = Timers::of(&Handle::current());
        assert!(Arc::ptr_eq(&first, &second));
    }

    #[tokio::test]
    async fn a_timer_that_is_armed_anew_fires_only_at_the_new_moment() {
        let timers = Timers::of(&Handle::current());
        let mut timer = timers.timer();
        let far = Instant::now() + Duration::from_hours(1);
        timer.arm(Some(far), Waker::noop());
        timer.arm(Some(far + Duration::from_secs(1)), Waker::noop());
        assert_eq!(timers.deadlines.count(), 1);
        timer.arm(None, Waker::noop());
        assert_eq!(timers.deadlines.count(), 0);
    }
}
