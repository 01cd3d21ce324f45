//! Taking a lock.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a panic under one of these locks leaves behind is as good as what was there before.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
