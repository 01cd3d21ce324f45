//! Taking a lock.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Nothing in this crate panics while it holds a lock, so a poisoned one is as good as any.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
