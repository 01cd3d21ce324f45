//! The allocator that counts, and what takes care that it counts one test alone.

use std::sync::{Mutex, PoisonError};

use peak_alloc::PeakAlloc;
use tokio::runtime::Builder;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

pub(crate) const KIB: usize = 1 << 10;
pub(crate) const MIB: usize = 1 << 20;

/// What one read takes at most.
pub(crate) const READ: usize = 256 * KIB;

/// Runs a test while no other test of the process does, on so many threads.
pub(crate) fn alone(threads: usize, test: impl Future<Output = ()>) {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut runtime = match threads {
        1 => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    let runtime = runtime.worker_threads(threads).enable_all().build().unwrap();
    runtime.block_on(test);
}

/// The memory that is in use at some moment.
pub(crate) struct Since(usize);

impl Since {
    pub(crate) fn now() -> Self {
        ALLOCATOR.reset_peak_usage();
        Since(ALLOCATOR.current_usage())
    }

    /// The most that has been in use beyond it.
    pub(crate) fn most(&self) -> usize {
        ALLOCATOR.peak_usage().saturating_sub(self.0)
    }

    /// What is in use beyond it.
    pub(crate) fn held(&self) -> usize {
        ALLOCATOR.current_usage().saturating_sub(self.0)
    }
}
