//! A connection: its two directions, and how one closes the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Wake, Waker};
use std::time::Instant;

use chaosgate_faults::{Closing, Direction, How, Origin};

use crate::line::Line;

/// A connection, polled in the way of the gate's.
#[derive(Debug)]
pub(crate) struct Connection {
    /// Towards the server, and towards the client.
    pub(crate) lines: [Line; 2],
    woken: Arc<Woken>,
    deadline: Option<Instant>,
    is_closing: bool,
}

/// That somebody has called the waker.
#[derive(Debug)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Connection {
    pub(crate) fn new(origin: &Origin) -> Self {
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        let lines = Direction::BOTH.map(|direction| {
            let waker = Waker::from(woken.clone());
            Line::new(Origin { direction, waker, ..origin.clone() })
        });
        Connection { lines, woken, deadline: None, is_closing: false }
    }

    /// When it is to be polled though nothing happens on its sockets.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Whether it is to be polled now.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.woken.0.load(Ordering::Relaxed) || self.deadline.is_some_and(|next| next <= now)
    }

    /// Has it polled: something has happened on its sockets, or to its faults.
    pub(crate) fn wake(&self) {
        self.woken.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn poll(&mut self, now: Instant) {
        self.woken.0.store(false, Ordering::Relaxed);
        loop {
            for line in &mut self.lines {
                line.poll(now);
            }
            if !self.close_the_other_way() {
                break;
            }
        }
        if self.lines.iter().any(Line::is_reset) {
            self.reset();
        }
        // One that the other line has just woken is polled once more, and has a deadline then.
        let is_woken = self.woken.0.load(Ordering::Relaxed);
        self.deadline = if is_woken {
            None
        } else {
            self.lines.iter().filter_map(|line| line.deadline(now)).min()
        };
    }

    /// Whether nothing will ever happen on it.
    pub(crate) fn is_over(&self) -> bool {
        self.lines.iter().all(Line::is_over)
    }

    /// It is gone, with all that is under way.
    pub(crate) fn reset(&mut self) {
        for line in &mut self.lines {
            line.finish(How::Reset);
        }
    }

    /// Where a fault has begun to close the connection, the other direction is closed too.
    fn close_the_other_way(&mut self) -> bool {
        for place in [0, 1] {
            let Some(closing) = self.lines[place].closed().map(|closed| closed.closing) else {
                continue;
            };
            if closing == Closing::AtOnce {
                self.reset();
            } else if !std::mem::replace(&mut self.is_closing, true) {
                self.lines[1 - place].finish(closing.how());
                return true;
            }
        }
        false
    }
}
