//! The threads that gates work on, and what a fork does to them.

use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use tokio::runtime::{Builder, Handle, Runtime};

use crate::error;

/// The runtime that this process has made. It is never shut down: gates may be used until the
/// process ends, and its threads know nothing of Python.
static RUNTIME: Mutex<Option<Inherited<Runtime>>> = Mutex::new(None);

/// The runtime of this process, which is made with its first gate.
///
/// The lock is held only by threads that hold the GIL and do not let go of it, and so by none while
/// another one forks.
///
/// # Errors
///
/// If the system gives no threads.
pub(crate) fn runtime() -> PyResult<Handle> {
    let mut slot = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(runtime) = slot.as_ref().and_then(Inherited::own) {
        return Ok(runtime.handle().clone());
    }
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.thread_name("chaosgate").enable_all().build()?;
    let handle = runtime.handle().clone();
    *slot = Some(Inherited::new(runtime));
    Ok(handle)
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
