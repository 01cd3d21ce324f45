//! The threads that gates work on, and what a fork does to them.

use pyo3::prelude::*;
use tokio::runtime::Handle;

use crate::error;

/// The [engine](chaosgate::engine) of this process, whose threads know nothing of Python.
///
/// It is asked for only by threads that hold the GIL and do not let go of it, and so by none while
/// another one forks.
///
/// # Errors
///
/// If the system gives no threads.
pub(crate) fn runtime() -> PyResult<Handle> {
    Ok(chaosgate::engine()?)
}

/// Something that works only in the process that has made it.
///
/// A child that was forked has the memory of its parent, but none of its threads, and its sockets
/// are those of the parent. There it is refused, and never dropped: to drop a gate would shut the
/// parent's listener.
#[derive(Debug)]
pub(crate) struct Inherited<T> {
    process: u32,
    value: Option<T>,
}

impl<T> Inherited<T> {
    pub(crate) fn new(value: T) -> Self {
        Inherited { process: std::process::id(), value: Some(value) }
    }

    /// # Errors
    ///
    /// In a process that was forked since it was made.
    pub(crate) fn get(&self) -> PyResult<&T> {
        self.own().ok_or_else(|| error::forked(self.process))
    }

    /// `None` in a process that was forked since it was made.
    fn own(&self) -> Option<&T> {
        self.value.as_ref().filter(|_| self.process == std::process::id())
    }
}

impl<T> Drop for Inherited<T> {
    fn drop(&mut self) {
        if self.process != std::process::id() {
            std::mem::forget(self.value.take());
        }
    }
}
