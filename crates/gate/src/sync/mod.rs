//! The types by which threads work together where that is subtle: in the list in force, loans, the registry
//! of clients, the memory, timers. Files of these take them from here, and from nowhere else.
//!
//! They are those of the standard library, of arc-swap, atomic-waker, of `parking_lot` and tokio. Where a model is run
//! (`--cfg chaosgate_models`, see [`models`](crate::models)), they are others of the same names, between
//! whose steps every order of the threads can be tried.

#[cfg(chaosgate_models)]
mod modelled;

#[cfg(chaosgate_models)]
pub(crate) use modelled::*;
#[cfg(not(chaosgate_models))]
pub(crate) use real::*;

#[cfg(not(chaosgate_models))]
mod real {
    pub(crate) use std::sync::OnceLock;
    pub(crate) use std::thread::yield_now;
    use std::time::Instant;

    pub(crate) use arc_swap::{ArcSwap, Guard};
    pub(crate) use atomic_waker::AtomicWaker;
    pub(crate) use parking_lot::{Mutex, MutexGuard};
    pub(crate) use tokio::sync::Notify;

    /// What time it is.
    pub(crate) fn now() -> Instant {
        Instant::now()
    }

    /// Waits for a moment.
    pub(crate) fn sleep_until(at: Instant) -> tokio::time::Sleep {
        tokio::time::sleep_until(at.into())
    }

    pub(crate) mod atomic {
        pub(crate) use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering, fence};
    }
}
