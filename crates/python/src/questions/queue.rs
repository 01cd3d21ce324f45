//! The questions that wait for the thread that answers them.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::question::Question;

/// Questions that wait for the thread that answers them.
#[derive(Default)]
pub(super) struct Queue {
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
    pub(super) fn push(&self, question: Question) {
        let mut waiting = self.waiting();
        if !waiting.is_closed {
            waiting.questions.push_back(question);
            self.changed.notify_one();
        }
    }

    /// Takes back what a meeting asks, if nobody has begun to answer it.
    pub(super) fn withdraw(&self, meeting: u64) -> Option<Question> {
        let mut waiting = self.waiting();
        let place = waiting.questions.iter().position(|question| question.is_asked_by(meeting))?;
        waiting.questions.remove(place)
    }

    /// Waits for the next one; `None` once it is closed.
    pub(super) fn next(&self) -> Option<Question> {
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

    pub(super) fn close(&self) {
        let mut waiting = self.waiting();
        waiting.is_closed = true;
        let left = std::mem::take(&mut waiting.questions);
        drop(waiting);
        // Not under the lock: each is answered by that.
        drop(left);
        self.changed.notify_all();
    }
}

/// Shared by all that can ask: the questions end with the last of them.
pub(super) struct Asker(pub(super) Arc<Queue>);

impl Drop for Asker {
    fn drop(&mut self) {
        self.0.close();
    }
}
