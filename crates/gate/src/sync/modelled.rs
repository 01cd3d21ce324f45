//! What models run in place of the real types. Those of the standard library are shuttle's; of those of other
//! crates here is what these promise, each step of which is one that another thread may come before.
//!
//! Atomic numbers are of one order for all threads: what weaker orders permit is not tried.

use std::future::poll_fn;
use std::ops::Deref;
use std::sync::{Arc, PoisonError};
use std::task::{Poll, Waker};
use std::time::Instant;

pub(crate) use shuttle::sync::MutexGuard;
pub(crate) use shuttle::thread::yield_now;

pub(crate) mod atomic {
    pub(crate) use shuttle::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering, fence};
}

/// A lock that a panic leaves as it is.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T>(shuttle::sync::Mutex<T>);

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Mutex(shuttle::sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A value that is written once. Who writes it keeps others waiting.
#[derive(Debug)]
pub(crate) struct OnceLock<T> {
    value: std::sync::OnceLock<T>,
    writing: Mutex<()>,
    is_written: atomic::AtomicBool,
}

impl<T> Default for OnceLock<T> {
    fn default() -> Self {
        OnceLock {
            value: std::sync::OnceLock::new(),
            writing: Mutex::default(),
            is_written: atomic::AtomicBool::new(false),
        }
    }
}

impl<T> OnceLock<T> {
    pub(crate) fn get(&self) -> Option<&T> {
        // Others may come before this, as before a read of the value itself.
        let is_written = self.is_written.load(atomic::Ordering::Acquire);
        self.value.get().filter(|_| is_written)
    }

    pub(crate) fn get_or_init(&self, value: impl FnOnce() -> T) -> &T {
        let _writing = self.writing.lock();
        let value = self.value.get_or_init(value);
        self.is_written.store(true, atomic::Ordering::Release);
        value
    }

    pub(crate) fn set(&self, value: T) -> Result<(), T> {
        let _writing = self.writing.lock();
        let set = self.value.set(value);
        self.is_written.store(true, atomic::Ordering::Release);
        set
    }
}

/// A pointer that is replaced in one step. A look counts as a reference, at the latest when the pointer
/// has been replaced, which is all that arc-swap promises.
#[derive(Debug)]
pub(crate) struct ArcSwap<T>(Mutex<Arc<T>>);

/// A look.
pub(crate) struct Guard<P>(P);

impl<P> Deref for Guard<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.0
    }
}

impl<T> ArcSwap<T> {
    pub(crate) fn from_pointee(value: T) -> Self {
        ArcSwap(Mutex::new(Arc::new(value)))
    }

    pub(crate) fn load(&self) -> Guard<Arc<T>> {
        Guard(self.0.lock().clone())
    }

    pub(crate) fn swap(&self, value: Arc<T>) -> Arc<T> {
        std::mem::replace(&mut *self.0.lock(), value)
    }
}

/// A place for the waker of one task.
#[derive(Debug, Default)]
pub(crate) struct AtomicWaker(Mutex<Option<Waker>>);

impl AtomicWaker {
    pub(crate) fn new() -> Self {
        AtomicWaker::default()
    }

    pub(crate) fn register(&self, waker: &Waker) {
        let before = self.0.lock().replace(waker.clone());
        drop(before);
    }

    pub(crate) fn wake(&self) {
        let waker = self.0.lock().take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// Who waits from the moment on at which `notified` is called is told of what comes after it.
#[derive(Debug, Default)]
pub(crate) struct Notify(Mutex<Notified>);

#[derive(Debug, Default)]
struct Notified {
    times: u64,
    /// For the next that waits.
    is_permitted: bool,
    waiting: Vec<Waker>,
}

impl Notify {
    pub(crate) fn new() -> Self {
        Notify::default()
    }

    pub(crate) fn notify_waiters(&self) {
        let mut notified = self.0.lock();
        notified.times += 1;
        let waiting = std::mem::take(&mut notified.waiting);
        drop(notified);
        waiting.into_iter().for_each(Waker::wake);
    }

    pub(crate) fn notify_one(&self) {
        let mut notified = self.0.lock();
        notified.is_permitted = true;
        let waiting = std::mem::take(&mut notified.waiting);
        drop(notified);
        waiting.into_iter().for_each(Waker::wake);
    }

    pub(crate) fn notified(&self) -> impl Future<Output = ()> {
        let before = self.0.lock().times;
        poll_fn(move |cx| {
            let mut notified = self.0.lock();
            if notified.times > before || std::mem::take(&mut notified.is_permitted) {
                return Poll::Ready(());
            }
            notified.waiting.push(cx.waker().clone());
            Poll::Pending
        })
    }
}

/// The clock of a model, which goes on when the model says so.
#[derive(Debug)]
struct Clock {
    now: Instant,
    waiting: Vec<Waker>,
}

shuttle::lazy_static! {
    static ref CLOCK: Mutex<Clock> =
        Mutex::new(Clock { now: Instant::now(), waiting: Vec::new() });
}

/// What time it is.
pub(crate) fn now() -> Instant {
    CLOCK.lock().now
}

/// Time passes.
#[cfg(test)]
pub(crate) fn advance(by: std::time::Duration) {
    let mut clock = CLOCK.lock();
    clock.now += by;
    let waiting = std::mem::take(&mut clock.waiting);
    drop(clock);
    waiting.into_iter().for_each(Waker::wake);
}

/// Waits for a moment.
pub(crate) fn sleep_until(at: Instant) -> impl Future<Output = ()> {
    poll_fn(move |cx| {
        let mut clock = CLOCK.lock();
        if clock.now >= at {
            return Poll::Ready(());
        }
        clock.waiting.push(cx.waker().clone());
        Poll::Pending
    })
}
