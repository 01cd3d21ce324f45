//! Waiting for something, but not for ever, on any thread.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::Timers;

/// Why a wait is over before what it waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotMet {
    /// Its time is over.
    InTime,
    /// The runtime has ended that it would come from.
    Ever,
}

/// Waits for `future` so long at most. Whoever waits may be on another runtime, or on none.
pub(crate) async fn within<T>(
    timers: &Arc<Timers>,
    limit: Duration,
    future: impl Future<Output = T>,
) -> Result<T, NotMet> {
    let (mut future, mut timer) = (pin!(future), timers.timer());
    let deadline = later(Instant::now(), limit);
    poll_fn(|cx| {
        if let Poll::Ready(value) = future.as_mut().poll(cx) {
            return Poll::Ready(Ok(value));
        }
        if deadline <= Instant::now() {
            return Poll::Ready(Err(NotMet::InTime));
        }
        timer.arm(Some(deadline), cx.waker());
        // Looked at behind that: whoever is waiting when it ends is woken.
        if timers.have_ended() { Poll::Ready(Err(NotMet::Ever)) } else { Poll::Pending }
    })
    .await
}

/// Waits [`within`] that limit for `future` on this thread, which does nothing else meanwhile. It ends
/// also if the runtime whose timers are to end it is not driven, as by this very thread.
pub(crate) fn block_on<T>(limit: Duration, future: impl Future<Output = T>) -> T {
    let (mut future, deadline) = (pin!(future), later(Instant::now(), limit));
    let waker = Waker::from(Arc::new(Unparked(thread::current())));
    let mut cx = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(value) => return value,
            Poll::Pending => {
                let left = deadline.saturating_duration_since(Instant::now());
                thread::park_timeout(left.max(BREATH));
            }
        }
    }
}

/// The least time for which a thread is parked.
const BREATH: Duration = Duration::from_millis(1);

/// So much later, or in a century where that cannot be expressed.
fn later(now: Instant, limit: Duration) -> Instant {
    const CENTURY: Duration = Duration::from_hours(100 * 365 * 24);
    now.checked_add(limit).unwrap_or_else(|| now + CENTURY)
}

/// A thread that waits.
struct Unparked(Thread);

impl Wake for Unparked {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
