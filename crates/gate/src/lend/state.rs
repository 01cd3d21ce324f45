//! What the borrower and the engine know together of a loan.

use chaosgate_faults::How;

use crate::sync::OnceLock;
use crate::sync::atomic::{AtomicBool, Ordering};

/// What the borrower and the engine know together of a loan.
#[derive(Debug, Default)]
pub(crate) struct LoanState {
    is_recalled: AtomicBool,
    /// Whether the borrower has begun, or the engine has taken it back before that.
    begun: OnceLock<Begun>,
    returned: OnceLock<Return>,
}

/// Who was first: the borrower with its work, or somebody with other faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begun {
    Work,
    Withdrawn,
}

/// In what way a loan came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Return {
    /// The engine goes on with the direction.
    Done,
    /// The connection is to be closed.
    Close(How),
}

impl LoanState {
    /// The borrower begins to work, if its entry lends the direction still; whether it has begun. The
    /// connection's task may be late to withdraw the loan.
    pub(crate) fn begin(&self, is_lent: impl FnOnce() -> bool) -> bool {
        let begin = || if is_lent() { Begun::Work } else { Begun::Withdrawn };
        *self.begun.get_or_init(begin) == Begun::Work
    }

    /// The engine takes it back, unless the borrower has begun; whether it has.
    pub(crate) fn withdraw(&self) -> bool {
        *self.begun.get_or_init(|| Begun::Withdrawn) == Begun::Withdrawn
    }

    /// Whether it was taken back before the borrower had begun.
    pub(super) fn is_withdrawn(&self) -> bool {
        self.begun.get() == Some(&Begun::Withdrawn)
    }

    /// The engine wants it back; whether that is said for the first time.
    pub(super) fn recall(&self) -> bool {
        !self.is_recalled.swap(true, Ordering::AcqRel)
    }

    pub(super) fn is_recalled(&self) -> bool {
        self.is_recalled.load(Ordering::Acquire)
    }

    /// The borrower gives it back; whether that is the first that is said of it, which holds.
    pub(crate) fn come_back(&self, returned: Return) -> bool {
        self.returned.set(returned).is_ok()
    }

    /// In what way it came back, if it did.
    pub(crate) fn returned(&self) -> Option<Return> {
        self.returned.get().copied()
    }
}
