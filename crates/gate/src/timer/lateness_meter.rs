//! Reading how late timers are.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::Timers;
use super::lateness::Lateness;

/// How late the timers of faults have been on a runtime. It counts while this is held, or a gate is
/// there.
#[derive(Debug, Clone)]
pub struct LatenessMeter(Arc<Timers>);

impl LatenessMeter {
    /// That of this runtime, which all its gates share.
    pub fn of(runtime: &Handle) -> Self {
        LatenessMeter(Timers::of(runtime))
    }

    pub(crate) fn over(timers: &Arc<Timers>) -> Self {
        LatenessMeter(timers.clone())
    }

    /// What it has counted so far.
    pub fn read(&self) -> Lateness {
        self.0.deadlines.lateness.read()
    }
}
