//! What is asked, and where the answer goes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use bytes::Bytes;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// What came on a direction of a connection, or that it is over.
#[pyclass(frozen, module = "chaosgate._engine")]
pub(crate) struct Question {
    /// Which meeting of the fault with a direction of a connection it belongs to.
    #[pyo3(get)]
    meeting: u64,
    /// The connection's number.
    #[pyo3(get)]
    connection: u64,
    data: Option<Bytes>,
    answer: Arc<Slot>,
}

impl Question {
    /// One about `data`, or that the meeting is over; and where its answer comes, of which `waker` is told.
    pub(super) fn new(
        meeting: u64,
        connection: u64,
        data: Option<Bytes>,
        waker: Waker,
    ) -> (Self, Arc<Slot>) {
        let slot = Arc::new(Slot { answer: Mutex::default(), waker });
        (Question { meeting, connection, data, answer: slot.clone() }, slot)
    }

    /// Whether this meeting wants to know what becomes of its data.
    pub(super) fn is_asked_by(&self, meeting: u64) -> bool {
        self.meeting == meeting && self.data.is_some()
    }
}

#[pymethods]
impl Question {
    /// What came; `None` if the fault and the connection have parted.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.data.as_ref().map(|data| PyBytes::new(py, data))
    }

    /// Passes this on in its place, or nothing.
    #[pyo3(signature = (data, /))]
    fn answer(&self, data: Option<Vec<u8>>) {
        self.answer.put(data.map_or(Answer::Nothing, |data| Answer::Data(data.into())));
    }

    /// Resets the connection, since there is no answer.
    fn fail(&self) {
        self.answer.put(Answer::Failure);
    }
}

impl Drop for Question {
    /// One that nobody has answered ends the connection, which would hang otherwise.
    fn drop(&mut self) {
        if self.data.is_some() {
            self.fail();
        }
    }
}

/// What becomes of the data that was asked about.
pub(super) enum Answer {
    Data(Bytes),
    Nothing,
    Failure,
}

/// Where the answer to a question goes.
pub(super) struct Slot {
    answer: Mutex<Option<Answer>>,
    waker: Waker,
}

impl Slot {
    fn answer(&self) -> MutexGuard<'_, Option<Answer>> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_filled(&self) -> bool {
        self.answer().is_some()
    }

    pub(super) fn take(&self) -> Option<Answer> {
        self.answer().take()
    }

    /// The first answer counts.
    fn put(&self, answer: Answer) {
        self.answer().get_or_insert(answer);
        self.waker.wake_by_ref();
    }
}
