//! A fault that waits for the answer of another thread.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::task::{Wake, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use chaosgate_faults::virtual_time::{Line, NO_FAULTS, ms};
use chaosgate_faults::{Custom, Drop, EntrySpec, Fault, Latency, Outbox, Segment};

/// Has another thread answer each segment of data, one after another.
struct Asking {
    questions: Sender<(Bytes, Answer)>,
    answer: Option<Answer>,
    waker: Waker,
}

/// What the thread and the fault share.
#[derive(Clone)]
struct Answer {
    text: Arc<Mutex<Option<Bytes>>>,
    waker: Waker,
}

impl Fault for Asking {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        let Segment::Data(question) = segment else { return out.push(segment, now) };
        let answer = Answer { text: Arc::default(), waker: self.waker.clone() };
        self.answer = Some(answer.clone());
        out.hold(Segment::Data(question.clone()));
        self.questions.send((question, answer)).expect("the thread runs");
    }

    fn room(&self, _: usize) -> usize {
        if self.answer.is_some() { 0 } else { usize::MAX }
    }

    fn deadline(&self, now: Instant) -> Option<Instant> {
        self.answer.as_ref()?.text.lock().unwrap().is_some().then_some(now)
    }

    fn on_deadline(&mut self, now: Instant, out: &mut Outbox) {
        let text = self.answer.take().and_then(|answer| answer.text.lock().unwrap().take());
        out.hit();
        out.release_as(now, |_question| text.map(Segment::Data));
    }

    fn on_removal(&mut self, now: Instant, out: &mut Outbox) {
        if self.answer.is_none() {
            out.release(now);
        }
    }
}

/// Tells the test that the chain is to be polled.
struct Bell(Mutex<Sender<()>>);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        // A test that has ended hears nothing.
        let _ = self.0.lock().unwrap().send(());
    }
}

/// A fault `asking`, and the thread that answers: in upper case, when it is let.
struct Thread {
    asking: Custom,
    let_answer: Sender<()>,
    bell: Receiver<()>,
    waker: Waker,
}

impl Thread {
    #[expect(
        clippy::disallowed_methods,
        reason = "an answer from another thread is what is tested"
    )]
    fn start() -> Self {
        let (questions, asked) = mpsc::channel::<(Bytes, Answer)>();
        let (let_answer, may_answer) = mpsc::channel();
        let (ring, bell) = mpsc::channel();
        std::thread::spawn(move || {
            for (question, answer) in asked {
                if may_answer.recv().is_ok() {
                    *answer.text.lock().unwrap() = Some(question.to_ascii_uppercase().into());
                    answer.waker.wake();
                }
            }
        });
        let asking = Custom::new("asking", move |meeting| Asking {
            questions: questions.clone(),
            answer: None,
            waker: meeting.waker.clone(),
        });
        Thread { asking, let_answer, bell, waker: Arc::new(Bell(Mutex::new(ring))).into() }
    }

    fn line(&self, faults: impl IntoIterator<Item = EntrySpec>) -> Line {
        Line::with_origin(faults, |origin| origin.waker.clone_from(&self.waker))
    }

    fn asking(&self) -> EntrySpec {
        self.asking.clone().into()
    }

    /// Lets one answer come at this moment.
    fn answer_at(&self, millis: u64, line: &mut Line) {
        line.advance_to(millis);
        self.let_answer.send(()).expect("the thread runs");
        self.bell.recv_timeout(Duration::from_mins(1)).expect("the fault is woken");
        line.advance_to(millis);
    }
}

#[test]
fn an_answer_from_another_thread_comes_in_the_place_of_the_question() {
    let thread = Thread::start();
    let mut line = thread.line([thread.asking(), Latency::new(ms(100)).into()]);
    line.feed("0:a 1:b 2:FIN");
    line.advance_to(5);
    assert_eq!((line.chain().room(), line.chain().held_bytes()), (0, 1), "only a is taken in");
    thread.answer_at(10, &mut line);
    thread.answer_at(20, &mut line);
    assert_eq!(line.finish(), "110:A 120:B 120:FIN");
    assert_eq!(line.hits("asking"), 2);
}

#[test]
fn a_removed_fault_still_gives_its_answer_and_what_came_after_waits_for_it() {
    let thread = Thread::start();
    let latency = EntrySpec::from(Latency::new(ms(100)));
    for (stays, output) in [(vec![], "10:A 10:b 10:FIN"), (vec![latency], "110:A 110:b 110:FIN")] {
        let mut line = thread.line([thread.asking()].into_iter().chain(stays.clone()));
        line.feed("0:a");
        line.set_at(3, stays);
        line.feed("5:b 6:FIN");
        line.advance_to(8);
        assert_eq!(line.output(), "");
        thread.answer_at(10, &mut line);
        assert_eq!(line.finish(), output);
        line.set(NO_FAULTS);
        assert!(line.chain().is_empty());
    }
}

#[test]
fn an_answer_meets_no_fault_that_was_set_after_its_question() {
    let thread = Thread::start();
    let mut line = thread.line([thread.asking()]);
    line.feed("0:a");
    line.set_at(3, [thread.asking(), Drop::default().into()]);
    line.feed("5:b");
    thread.answer_at(10, &mut line);
    thread.answer_at(20, &mut line);
    assert_eq!(line.finish(), "10:A");
    assert_eq!(line.hits("drop"), 1);
}

#[test]
fn an_answer_after_an_update_still_comes_before_the_next_one() {
    let (old, new) = (Thread::start(), Thread::start());
    let mut line = old.line([old.asking()]);
    line.feed("0:a");
    line.set_at(3, [Custom::clone(&new.asking)]);
    line.feed("5:b 6:FIN");
    line.advance_to(8);
    new.let_answer.send(()).expect("the thread runs");
    old.bell.recv_timeout(Duration::from_mins(1)).expect("the new fault wakes the same connection");
    line.advance_to(9);
    assert_eq!(line.output(), "", "B waits for A");
    old.answer_at(10, &mut line);
    assert_eq!(line.finish(), "10:A 10:B 10:FIN");
}
