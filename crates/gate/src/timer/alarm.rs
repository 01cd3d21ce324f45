//! What wakes the queue of timers: a timerfd on Linux, tokio's own timer elsewhere.
//!
//! Measured on an idle machine: a timerfd is 0.03 to 0.1 ms late, tokio's timer 1 to 2 ms.

use std::time::Instant;

use tokio::runtime::Handle;

use crate::sync::{Mutex, Notify, sleep_until};
#[cfg(target_os = "linux")]
use crate::sys;

/// A single moment that can be set from any thread, and waited for in one place.
#[derive(Debug)]
#[cfg_attr(chaosgate_models, expect(clippy::large_enum_variant, reason = "the types of models"))]
pub(super) enum Alarm {
    #[cfg(target_os = "linux")]
    Timerfd(tokio::io::unix::AsyncFd<std::os::fd::OwnedFd>),
    Portable {
        at: Mutex<Option<Instant>>,
        changed: Notify,
    },
}

impl Alarm {
    /// The most exact that there is. Without descriptors to spare that is the portable one.
    pub(super) fn new(handle: &Handle) -> Self {
        #[cfg(target_os = "linux")]
        {
            use rustix::time::{TimerfdClockId, TimerfdFlags, timerfd_create};
            let _runtime = handle.enter();
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            let descriptor = timerfd_create(TimerfdClockId::Monotonic, flags);
            if let Some(timer) = descriptor.ok().and_then(sys::watched) {
                return Alarm::Timerfd(timer);
            }
        }
        let _ = handle;
        Alarm::portable()
    }

    pub(super) fn portable() -> Self {
        Alarm::Portable { at: Mutex::default(), changed: Notify::new() }
    }

    /// Sets the moment; the one before is forgotten.
    pub(super) fn set(&self, at: Instant) {
        match self {
            #[cfg(target_os = "linux")]
            Alarm::Timerfd(timer) => set_timerfd(timer.get_ref(), at),
            Alarm::Portable { at: moment, changed } => {
                // Whoever waits sets it anew each time: told of that, it would never rest.
                if moment.lock().replace(at) != Some(at) {
                    changed.notify_one();
                }
            }
        }
    }

    /// Waits until the moment that is set has come. May be early; whoever waits looks at the clock.
    pub(super) async fn fired(&self) {
        match self {
            #[cfg(target_os = "linux")]
            Alarm::Timerfd(timer) => match timer.readable().await {
                // There is nothing to read: each time that it is set it begins anew, and each expiry is
                // an edge of its own. One that comes meanwhile keeps its readiness.
                Ok(mut ready) => ready.clear_ready(),
                // The runtime is shutting down, and this task with it.
                Err(_) => std::future::pending().await,
            },
            Alarm::Portable { at, changed } => {
                let set = *at.lock();
                let moment = async {
                    match set {
                        Some(moment) => sleep_until(moment).await,
                        None => std::future::pending().await,
                    }
                    // It comes once.
                    at.lock().take_if(|at| Some(*at) == set);
                };
                tokio::select! {
                    () = moment => {}
                    () = changed.notified() => {}
                }
            }
        }
    }
}

/// The time until `at` is taken before the call, so the timer cannot be early.
#[cfg(target_os = "linux")]
fn set_timerfd(timer: &std::os::fd::OwnedFd, at: Instant) {
    use std::time::Duration;

    use rustix::time::{Itimerspec, TimerfdTimerFlags, Timespec, timerfd_settime};
    // A time of zero would disarm it.
    let left = at.saturating_duration_since(Instant::now()).max(Duration::from_nanos(1));
    let never = Timespec { tv_sec: 0, tv_nsec: 0 };
    let value = Timespec {
        tv_sec: left.as_secs().try_into().unwrap_or(i64::MAX),
        tv_nsec: left.subsec_nanos().into(),
    };
    // It cannot fail with a valid descriptor and time; see timerfd_settime(2).
    let _ = timerfd_settime(
        timer,
        TimerfdTimerFlags::empty(),
        &Itimerspec { it_interval: never, it_value: value },
    );
}

#[cfg(all(test, not(chaosgate_models)))]
mod tests {
    use std::future::poll_fn;
    use std::pin::{Pin, pin};
    use std::task::Poll;
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn who_sets_the_moment_that_is_set_already_can_rest() {
        let (alarm, at) = (Alarm::portable(), Instant::now() + Duration::from_hours(1));
        alarm.set(at);
        alarm.fired().await;
        alarm.set(at);
        let mut fired = pin!(alarm.fired());
        assert!(!is_ready(fired.as_mut()).await);
    }

    #[tokio::test]
    async fn a_moment_comes_once() {
        let alarm = Alarm::portable();
        alarm.set(Instant::now());
        // Told of the change, and of the moment.
        alarm.fired().await;
        alarm.fired().await;
        let mut fired = pin!(alarm.fired());
        assert!(!is_ready(fired.as_mut()).await);
    }

    async fn is_ready(mut future: Pin<&mut impl Future<Output = ()>>) -> bool {
        poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_ready())).await
    }
}
