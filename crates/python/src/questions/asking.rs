//! The fault at work.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Waker;
use std::time::Instant;

use bytes::Bytes;
use chaosgate::{Fault, How, Meeting, Outbox, Segment, Transport};

use super::question::{Answer, Question, Slot};
use super::queue::Asker;

/// The fault at work.
pub(super) struct Asking {
    asker: Arc<Asker>,
    meeting: u64,
    connection: u64,
    transport: Transport,
    waker: Waker,
    /// Where the answer to the open question comes.
    open: Option<Arc<Slot>>,
}

impl Asking {
    pub(super) fn new(asker: &Arc<Asker>, meeting: &Meeting) -> Self {
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
        let (question, slot) =
            Question::new(self.meeting, self.connection, data, self.waker.clone());
        self.asker.0.push(question);
        slot
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
        self.open.as_ref()?.is_filled().then_some(now)
    }

    fn on_deadline(&mut self, now: Instant, out: &mut Outbox) {
        let answer = self.open.as_ref().and_then(|slot| slot.take());
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
