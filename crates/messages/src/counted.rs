//! Messages whose head says how long they are.

use std::fmt::Debug;

use crate::framer::{Reader, skip};
use crate::{Kind, Lost, Mark};

/// The heads of such a protocol in one direction.
pub(crate) trait Heads: Debug + Send {
    /// Whether a message can begin here.
    fn begin(&mut self) -> Result<(), Lost> {
        Ok(())
    }

    /// Reads the beginning of a message, of which it is given no byte at first, and then as many as it has asked for.
    fn read(&mut self, head: &[u8]) -> Result<Head, Lost>;

    /// As [`Reader::text`].
    fn text(&self) -> Option<&str> {
        None
    }
}

/// What the beginning of a message says.
pub(crate) enum Head {
    /// It takes so many bytes to know: more than there were, and a few hundred at most.
    Needs(usize),
    /// The message is of this kind, and so many bytes follow what was read.
    Is { kind: Kind, body: u64 },
}

/// Finds the messages of a direction by their heads.
#[derive(Debug)]
pub(crate) struct Counted<H> {
    heads: H,
    state: State,
    /// The bytes of a head that is cut.
    kept: Vec<u8>,
}

#[derive(Debug)]
enum State {
    /// Before the first byte of a message.
    Between,
    /// In a head, of which so many bytes are needed.
    Head(usize),
    /// In a body, of which so many bytes are left.
    Body(u64),
}

impl<H: Heads> Counted<H> {
    pub(crate) fn new(heads: H) -> Self {
        Counted { heads, state: State::Between, kept: Vec::new() }
    }

    /// The kind of the message and the length of its body, if its head is there. Nothing but the head is taken, also
    /// where it is refused.
    fn read_head(
        &mut self,
        bytes: &mut &[u8],
        mut needed: usize,
    ) -> Result<Option<(Kind, u64)>, Lost> {
        loop {
            if !self.kept.is_empty() {
                let missing = needed.saturating_sub(self.kept.len()).min(bytes.len());
                self.kept.extend_from_slice(&bytes[..missing]);
                *bytes = &bytes[missing..];
            }
            let head = if self.kept.is_empty() { *bytes } else { &self.kept };
            let Some(head) = head.get(..needed) else {
                self.kept.extend_from_slice(bytes);
                *bytes = &[];
                self.state = State::Head(needed);
                return Ok(None);
            };
            let read = self.heads.read(head);
            if let Ok(Head::Needs(more)) = read {
                needed = more;
                continue;
            }
            if self.kept.is_empty() {
                *bytes = &bytes[needed..];
            }
            self.kept = Vec::new();
            return read.map(|head| match head {
                Head::Needs(_) => None,
                Head::Is { kind, body } => Some((kind, body)),
            });
        }
    }
}

impl<H: Heads> Reader for Counted<H> {
    fn feed(&mut self, bytes: &mut &[u8]) -> Result<Option<Mark>, Lost> {
        match &mut self.state {
            State::Between if bytes.is_empty() => Ok(None),
            State::Between => {
                self.heads.begin()?;
                self.state = State::Head(0);
                Ok(Some(Mark::Begins))
            }
            State::Head(needed) => {
                let needed = *needed;
                let known = self.read_head(bytes, needed)?;
                Ok(known.map(|(kind, body)| {
                    self.state = State::Body(body);
                    Mark::Known(kind)
                }))
            }
            State::Body(left) => {
                skip(bytes, left);
                Ok((*left == 0).then(|| {
                    self.state = State::Between;
                    Mark::Ends
                }))
            }
        }
    }

    fn text(&self) -> Option<&str> {
        self.heads.text()
    }
}
