//! The threads that gates work on unless they are given a runtime.

use std::io;

use parking_lot::Mutex;
use tokio::runtime::{Builder, Handle, Runtime};

/// The runtime that this process has made. It is never shut down: gates may be used until the process
/// ends.
static ENGINE: Mutex<Option<Engine>> = Mutex::new(None);

struct Engine {
    /// The process that has made it: one that was forked has none of its threads.
    process: u32,
    runtime: Runtime,
}

/// The runtime that gates work on unless they are given [another](crate::Builder::runtime): one for
/// each process, made when it is first asked for, and never shut down. It has a thread for each
/// processor.
///
/// A process that was forked makes one of its own: the threads have stayed with its parent. Nobody else
/// may be asking for one while it forks.
///
/// # Errors
///
/// If the system gives no threads.
pub fn engine() -> io::Result<Handle> {
    let mut slot = ENGINE.lock();
    let process = std::process::id();
    if let Some(engine) = slot.as_ref().filter(|engine| engine.process == process) {
        return Ok(engine.runtime.handle().clone());
    }
    let runtime = Builder::new_multi_thread().thread_name("chaosgate").enable_all().build()?;
    let handle = runtime.handle().clone();
    // To drop that of the parent would wait for threads that are not here.
    std::mem::forget(slot.replace(Engine { process, runtime }));
    Ok(handle)
}
