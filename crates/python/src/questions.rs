//! A fault that is a Python function: the engine asks, and a thread of Python's answers.
//!
//! What the function is to see waits in its place in the fault's outbox, and the fault takes no more
//! until there is an answer. So a slow function holds up the connections that it is at work on, one
//! after another, and nothing else of the engine; each direction of a connection has one question open
//! at most.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Instant;

use bytes::Bytes;
use chaosgate::{Custom, Fault, How, Meeting, Outbox, Segment, Transport};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::spec::{self, Spec};

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

/// Questions that wait for the thread that answers them.
#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    questions: VecDeque<Question>,
    is_closed: bool,
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Once it is closed a question is dropped, which is its answer.
    fn push(&self, question: Question) {
        let mut waiting = self.waiting();
        if !waiting.is_closed {
            waiting.questions.push_back(question);
            self.changed.notify_one();
        }
    }

    /// Takes back what a meeting asks, if nobody has begun to answer it.
    fn withdraw(&self, meeting: u64) -> Option<Question> {
        let mut waiting = self.waiting();
        let is_it = |question: &Question| question.meeting == meeting && question.data.is_some();
        let place = waiting.questions.iter().position(is_it)?;
        waiting.questions.remove(place)
    }

    /// Waits for the next one; `None` once it is closed.
    fn next(&self) -> Option<Question> {
        let mut waiting = self.waiting();
        loop {
            if waiting.is_closed {
                return None;
            }
            if let Some(question) = waiting.questions.pop_front() {
                return Some(question);
            }
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn close(&self) {
        let mut waiting = self.waiting();
        waiting.is_closed = true;
        let left = std::mem::take(&mut waiting.questions);
        drop(waiting);
        // Not under the lock: each is answered by that.
        drop(left);
        self.changed.notify_all();
    }
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

enum Answer {
    Data(Bytes),
    Nothing,
    Failure,
}

/// Where the answer to a question goes.
struct Slot {
    answer: Mutex<Option<Answer>>,
    waker: Waker,
}

impl Slot {
    fn answer(&self) -> MutexGuard<'_, Option<Answer>> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first answer counts.
    fn put(&self, answer: Answer) {
        self.answer().get_or_insert(answer);
        self.waker.wake_by_ref();
    }
}

/// Shared by all that can ask: the questions end with the last of them.
struct Asker(Arc<Queue>);

impl Drop for Asker {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// The fault at work.
struct Asking {
    asker: Arc<Asker>,
    meeting: u64,
    connection: u64,
    transport: Transport,
    waker: Waker,
    /// Where the answer to the open question comes.
    open: Option<Arc<Slot>>,
}

impl Asking {
    fn new(asker: &Arc<Asker>, meeting: &Meeting) -> Self {
        static MEETINGS: AtomicU64 = AtomicU64::new(0);
        Asking {
            asker: asker.clone(),
            meeting: MEETINGS.fetch_add(1, Ordering::Relaxed),
            connection: meeting.connection,
            transport: meeting.transport,
            waker: meeting.waker.clone(),
            open: None,
        }
    }

    fn ask(&self, data: Option<Bytes>) -> Arc<Slot> {
        let answer = Arc::new(Slot { answer: Mutex::default(), waker: self.waker.clone() });
        let Asking { meeting, connection, .. } = *self;
        self.asker.0.push(Question { meeting, connection, data, answer: answer.clone() });
        answer
    }
}

impl Fault for Asking {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        let Segment::Data(data) = &segment else { return out.push(segment, now) };
        self.open = Some(self.ask(Some(data.clone())));
        out.hold(segment);
    }

    fn room(&self, _: usize) -> usize {
        if self.open.is_some() { 0 } else { usize::MAX }
    }

    fn deadline(&self, now: Instant) -> Option<Instant> {
        self.open.as_ref()?.answer().is_some().then_some(now)
    }

    fn on_deadline(&mut self, now: Instant, out: &mut Outbox) {
        let answer = self.open.as_ref().and_then(|slot| slot.answer().take());
        let Some(answer) = answer else { return };
        self.open = None;
        out.hit();
        match answer {
            // A stream has no empty segments; there are empty datagrams.
            Answer::Data(data) if data.is_empty() && self.transport == Transport::Stream => {
                out.release_as(now, |_| None);
            }
            Answer::Data(data) => out.release_as(now, |_| Some(Segment::Data(data))),
            Answer::Nothing => out.release_as(now, |_| None),
            Answer::Failure => out.close(How::Reset, now),
        }
    }

    /// While the function works on a question it stays until there is an answer. What waits for others to
    /// be answered goes on as it is.
    fn on_removal(&mut self, now: Instant, out: &mut Outbox) {
        if self.asker.0.withdraw(self.meeting).is_some() {
            self.open = None;
        }
        if self.open.is_none() {
            out.release(now);
        }
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.ask(None);
    }
}
