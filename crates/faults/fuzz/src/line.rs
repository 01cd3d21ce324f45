//! One direction of one connection: a socket that is read, a chain, a socket that is written.

use std::time::Instant;

use chaosgate_faults::{Chain, Closed, FaultList, How, Origin, Segment, Sink};

use crate::bound::Bound;
use crate::stream::Stream;

/// One direction of one connection.
#[derive(Debug)]
pub(crate) struct Line {
    chain: Chain,
    stream: Stream,
    bound: Bound,
    sink: Sink,
    /// How the sender has ended its stream.
    end: Option<Segment>,
    /// That end has been read.
    has_ended: bool,
    told_of_waiting: bool,
    state: State,
    polls: usize,
}

/// How a line stands to its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It is part of it.
    Running,
    /// A reset came out, which is the end of it.
    Reset,
    /// It is over: nobody looks at the chain any more.
    Over,
}

/// The most that is sent on a line, so that a run takes no longer than it must.
const LONGEST_STREAM: usize = 8 * 1024;

impl Line {
    pub(crate) fn new(origin: Origin) -> Self {
        let (now, buffer) = (origin.connected, origin.buffer);
        Line {
            chain: Chain::new(origin, now),
            stream: Stream::default(),
            bound: Bound::new(buffer),
            sink: Sink::Open,
            end: None,
            has_ended: false,
            told_of_waiting: false,
            state: State::Running,
            polls: 0,
        }
    }

    pub(crate) fn send(&mut self, length: usize) {
        if self.end.is_none() {
            self.stream.send(length.min(LONGEST_STREAM - self.stream.sent()));
        }
    }

    pub(crate) fn end(&mut self, end: Segment) {
        self.end.get_or_insert(end);
    }

    /// Whether a reset that is noticed while nobody reads resets the connection. Otherwise a fault
    /// keeps it.
    pub(crate) fn is_overtaken_by_reset(&mut self, now: Instant) -> bool {
        if self.state != State::Running || self.has_ended || self.chain.closed().is_some() {
            return false;
        }
        if self.chain.lets_reset_overtake() {
            return true;
        }
        self.has_ended = true;
        self.end = Some(Segment::Reset);
        self.stream.forget_unread();
        self.chain.push(Segment::Reset, now);
        false
    }

    pub(crate) fn set_sink(&mut self, sink: Sink) {
        self.sink = sink;
    }

    pub(crate) fn switch(&mut self, list: &FaultList, now: Instant) {
        if self.state == State::Over {
            return;
        }
        let charge = self.chain.charge();
        self.chain.switch(list, now);
        // What they do here, they count on the other direction.
        list.opposite().iter().for_each(|entry| self.stream.note_hit(entry));
        self.bound.switch(list, charge);
        self.told_of_waiting = false;
    }

    /// Moves what can be moved now.
    pub(crate) fn poll(&mut self, now: Instant) {
        while self.state == State::Running {
            self.deliver(now);
            self.check();
            if !self.read(now) {
                break;
            }
            self.check();
        }
    }

    fn deliver(&mut self, now: Instant) {
        loop {
            self.polls += 1;
            let segment = self.chain.poll(now, self.sink);
            self.note_hits();
            let Some(segment) = segment else { break };
            assert_eq!(self.sink, Sink::Open, "{segment:?} came out into a closed sink");
            self.come_out(&segment);
        }
    }

    fn come_out(&mut self, segment: &Segment) {
        if *segment == Segment::Reset {
            self.state = State::Reset;
        }
        self.stream.deliver(segment, self.chain.closed().is_some(), self.has_ended);
    }

    /// Reads what there is room for, or says that it waits; whether there may be more to do.
    fn read(&mut self, now: Instant) -> bool {
        if self.has_ended || self.chain.closed().is_some() {
            return false;
        }
        let room = self.chain.room();
        let is_waiting = self.stream.unread() > 0;
        if room == 0 {
            let is_news = is_waiting && !std::mem::replace(&mut self.told_of_waiting, is_waiting);
            if is_news {
                self.chain.on_wait(now);
            }
            return is_news;
        }
        if is_waiting {
            self.told_of_waiting = false;
            self.chain.push(Segment::Data(self.stream.read(room)), now);
            return true;
        }
        let Some(end) = self.end.clone() else { return false };
        self.has_ended = true;
        self.chain.push(end, now);
        true
    }

    fn note_hits(&mut self) {
        let stream = &mut self.stream;
        self.chain.report_hits(|entry, _| stream.note_hit(entry));
    }

    fn check(&mut self) {
        self.note_hits();
        self.stream.check(&self.chain);
        self.bound.check(&self.chain);
    }

    /// When it is to be polled though nothing happens on a socket.
    pub(crate) fn deadline(&self, now: Instant) -> Option<Instant> {
        if self.state == State::Over {
            return None;
        }
        let deadline = self.chain.deadline(now, self.sink);
        assert!(deadline.is_none_or(|next| next > now), "a deadline that has passed is a spin");
        deadline
    }

    pub(crate) fn closed(&self) -> Option<&Closed> {
        self.chain.closed().filter(|_| self.state != State::Over)
    }

    /// Whether its end has come out, or the connection is over.
    pub(crate) fn is_over(&self) -> bool {
        self.state == State::Over || self.stream.ends() > 0
    }

    pub(crate) fn is_reset(&self) -> bool {
        self.state == State::Reset
    }

    /// The other direction closes the connection.
    pub(crate) fn finish(&mut self, how: How) {
        let before = std::mem::replace(&mut self.state, State::Over);
        if before == State::Running && how == How::Fin {
            let held = self.chain.held_bytes();
            let released = self.chain.release_all();
            assert_eq!(released.iter().map(Segment::len).sum::<usize>(), held, "released");
            assert_eq!(self.chain.charge(), 0, "charged for what was released");
            for segment in released {
                self.come_out(&segment);
            }
        }
    }

    /// Nothing is kept by an empty list with an open sink, and nothing has been forgotten.
    pub(crate) fn check_healed(&self, now: Instant) {
        if self.state == State::Over {
            return;
        }
        assert_eq!(self.chain.charge(), 0, "something is still held");
        assert_eq!(self.deadline(now), None, "something is still waited for");
        if self.chain.closed().is_some() {
            assert!(self.stream.ends() > 0, "closed without an end");
        } else {
            assert!(self.chain.is_empty(), "not empty");
            assert_eq!(self.stream.unread(), 0, "something was not read");
            assert_eq!(self.stream.ends(), usize::from(self.end.is_some()), "ends");
        }
    }

    /// How often it was polled, and how many bytes were sent.
    pub(crate) fn polls_and_bytes(&self) -> (usize, usize) {
        (self.polls, self.stream.sent())
    }
}
