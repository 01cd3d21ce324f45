//! Lending sockets to an event loop, for interceptors that are coroutines.
//!
//! A gate has one queue for all that its borrowers are told, and a socket that becomes readable when
//! there is something in it: an event loop watches that one, whatever is lent.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, IntoRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use chaosgate::{Direction, EntrySpec, How, Notice, lend};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::engine::Inherited;
use crate::spec::Spec;

/// What the borrowers of a gate are told.
#[pyclass(frozen, module = "chaosgate._engine")]
pub(crate) struct Notices {
    notices: Inherited<Arc<Queue>>,
}

struct Queue {
    told: Mutex<VecDeque<Told>>,
    bell: UnixStream,
    ring: UnixStream,
}

/// What a borrower is told, and which one it is.
struct Told {
    borrower: u64,
    notice: Option<Notice>,
}

impl Queue {
    fn told(&self) -> MutexGuard<'_, VecDeque<Told>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, told: Told) {
        let mut queue = self.told();
        queue.push_back(told);
        if queue.len() == 1 {
            // It cannot be full: it was emptied before the queue was.
            let _ = (&self.ring).write(&[1]);
        }
    }

    fn take(&self) -> VecDeque<Told> {
        let mut queue = self.told();
        // Without a byte there was no notice.
        let _ = (&self.bell).read(&mut [0; 8]);
        std::mem::take(&mut queue)
    }
}

/// One borrower's way into the queue. The last thing that comes through it is that it has gone.
struct Teller {
    borrower: u64,
    /// What is told to nobody is dropped: it would hold the queue that holds it otherwise.
    queue: Weak<Queue>,
}

impl Teller {
    fn tell(&self, notice: Option<Notice>) {
        if let Some(queue) = self.queue.upgrade() {
            queue.push(Told { borrower: self.borrower, notice });
        }
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        self.tell(None);
    }
}

#[pymethods]
impl Notices {
    #[new]
    fn new() -> PyResult<Self> {
        let (ring, bell) = UnixStream::pair()?;
        ring.set_nonblocking(true)?;
        bell.set_nonblocking(true)?;
        let queue = Queue { told: Mutex::default(), bell, ring };
        Ok(Notices { notices: Inherited::new(Arc::new(queue)) })
    }

    /// Becomes readable when there is something to take.
    fn fileno(&self) -> PyResult<RawFd> {
        Ok(self.notices.get()?.bell.as_raw_fd())
    }

    /// A fault that lends its direction to the borrower of this number.
    fn lend(&self, name: String, entry_name: String, borrower: u64) -> PyResult<Spec> {
        let teller = Teller { borrower, queue: Arc::downgrade(self.notices.get()?) };
        let lent = lend(name, move |notice| teller.tell(Some(notice)));
        Ok(Spec::of_code(EntrySpec::new(lent).named(entry_name)))
    }

    /// What has been told since the last call.
    fn take(&self) -> PyResult<Vec<Seen>> {
        let told = self.notices.get()?.take();
        Ok(told.into_iter().filter_map(Told::seen).collect())
    }
}

/// A notice as Python has it: the borrower's number; the loan, if it is one; the connection's number and
/// whether it is the direction to the server, if that has ended. With neither the borrower has gone.
type Seen = (u64, Option<Loan>, Option<(u64, bool)>);

impl Told {
    fn seen(self) -> Option<Seen> {
        match self.notice {
            None => Some((self.borrower, None, None)),
            Some(Notice::Lent(loan)) => Some((self.borrower, Some(Loan::new(loan)), None)),
            Some(Notice::Ended { connection, direction }) => {
                Some((self.borrower, None, Some((connection, direction == Direction::ToServer))))
            }
            // A running call is not interrupted by other faults.
            Some(_) => None,
        }
    }
}

/// The sockets of one direction of a connection, while something waits to be read.
#[pyclass(frozen, module = "chaosgate._engine")]
pub(crate) struct Loan {
    /// Until it is given back.
    out: Mutex<Option<chaosgate::Loan>>,
    #[pyo3(get)]
    connection: u64,
    #[pyo3(get)]
    is_to_server: bool,
}

impl Loan {
    fn new(loan: chaosgate::Loan) -> Self {
        let (connection, direction) = (loan.connection(), loan.direction());
        let is_to_server = direction == Direction::ToServer;
        Loan { out: Mutex::new(Some(loan)), connection, is_to_server }
    }

    fn out(&self) -> MutexGuard<'_, Option<chaosgate::Loan>> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Loan {
    /// Duplicates of the sockets, which are the caller's: from which data comes, and to which it goes.
    fn sockets(&self) -> PyResult<(RawFd, RawFd)> {
        let out = self.out();
        let loan = out.as_ref().ok_or_else(|| PyValueError::new_err("it was given back"))?;
        let (source, sink) = (loan.source()?, loan.sink()?);
        Ok((source.into_raw_fd(), sink.into_raw_fd()))
    }

    /// Begins to work with it; `False` if other faults treat what waits, or the connection is ending.
    fn begin(&self) -> bool {
        self.out().as_ref().is_some_and(chaosgate::Loan::begin)
    }

    /// Whether the connection is ending.
    #[getter]
    fn is_over(&self) -> bool {
        self.out().as_ref().is_none_or(chaosgate::Loan::is_over)
    }

    /// Gives it back after a call, which counts as a hit. The engine goes on with the direction.
    fn give_back(&self) {
        if let Some(loan) = self.out().take() {
            loan.hit();
            loan.give_back();
        }
    }

    /// The same, and has the connection closed in order.
    fn close(&self) {
        if let Some(loan) = self.out().take() {
            loan.hit();
            loan.close(How::Fin);
        }
    }
}
