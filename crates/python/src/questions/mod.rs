//! A fault that is a Python function: the engine asks, and a thread of Python's answers.
//!
//! What the function is to see waits in its place in the fault's outbox, and the fault takes no more
//! until there is an answer. So a slow function holds up the connections that it is at work on, one
//! after another, and nothing else of the engine; each direction of a connection has one question open
//! at most.
//!
//! | to find | look in |
//! |---|---|
//! | what is asked, and where the answer goes | `question.rs` |
//! | the questions that wait for the thread that answers them | `queue.rs` |
//! | the fault at work | `asking.rs` |

mod asking;
mod question;
mod queue;

use std::sync::Arc;

use chaosgate::Custom;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::spec::{self, Spec};
use asking::Asking;
pub(crate) use question::Question;
use queue::{Asker, Queue};

/// A fault that asks, and where its questions come out. `name` is that of the function, which the entry
/// has too unless `common`, the fields that every entry has, gives it one.
#[pyfunction]
pub(crate) fn questions(
    py: Python<'_>,
    name: String,
    common: &Bound<'_, PyDict>,
) -> PyResult<(Spec, Questions)> {
    let common = spec::common(py, &name, common)?;
    let queue = Arc::new(Queue::default());
    let asker = Arc::new(Asker(queue.clone()));
    let custom = Custom::new(name, move |meeting| Asking::new(&asker, meeting));
    Ok((Spec::of_code(common.with_fault(custom)), Questions { queue }))
}

/// Where the questions of one fault come out.
#[pyclass(frozen, module = "chaosgate._engine")]
pub(crate) struct Questions {
    queue: Arc<Queue>,
}

#[pymethods]
impl Questions {
    /// Waits for the next question; `None` once nobody can ask any more, or it was closed.
    fn next(&self, py: Python<'_>) -> Option<Question> {
        py.detach(|| self.queue.next())
    }

    /// Ends the wait, and all that follow.
    fn close(&self) {
        self.queue.close();
    }
}
