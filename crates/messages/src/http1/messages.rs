//! Heads with their bodies, one after the other.

use std::fmt::Debug;

use super::body::Body;
use super::head::Head;
use crate::framer::Reader;
use crate::{Kind, Lost, Mark};

/// The heads of one direction.
pub(super) trait Heads: Debug + Send {
    /// Whether a message can begin here.
    fn begin(&mut self) -> Result<(), Lost>;

    /// The kind of a message, and what follows its head.
    fn read(&mut self, head: &[u8]) -> Result<(Kind, Body), Lost>;

    /// As [`Reader::give_up`].
    fn give_up(&mut self) {}
}

/// Finds the messages of a direction by their heads.
#[derive(Debug)]
pub(super) struct Messages<H> {
    heads: H,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Before the first byte of a message.
    Between,
    Head(Head),
    Body(Body),
}

impl<H: Heads> Messages<H> {
    pub(super) fn new(heads: H) -> Self {
        Messages { heads, state: State::Between }
    }
}

impl<H: Heads> Reader for Messages<H> {
    fn feed(&mut self, bytes: &mut &[u8]) -> Result<Option<Mark>, Lost> {
        match &mut self.state {
            State::Between if bytes.is_empty() => Ok(None),
            State::Between => {
                self.heads.begin()?;
                self.state = State::Head(Head::new());
                Ok(Some(Mark::Begins))
            }
            State::Head(head) => {
                let read = head.read(bytes, |head| self.heads.read(head))?;
                Ok(read.map(|(kind, body)| {
                    self.state = State::Body(body);
                    Mark::Known(kind)
                }))
            }
            State::Body(body) => Ok(body.read(bytes)?.then(|| {
                self.state = State::Between;
                Mark::Ends
            })),
        }
    }

    fn end(&mut self) -> Option<Mark> {
        matches!(self.state, State::Body(Body::UpToTheEnd)).then_some(Mark::Ends)
    }

    fn give_up(&mut self) {
        self.heads.give_up();
    }
}
