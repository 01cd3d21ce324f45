//! What client and server say to each other, and what framers find in it.

use std::fmt::Write;

use chaosgate_messages::{Framer, Mark, Protocol};

/// A connection whose bytes are given to framers as they come.
#[derive(Debug)]
pub(crate) struct Talk {
    pub(crate) to_server: Line,
    pub(crate) to_client: Line,
}

/// One direction of it.
#[derive(Debug)]
pub(crate) struct Line {
    framer: Framer,
    /// So many bytes have been taken.
    read: usize,
    /// What has been found, and behind how many bytes.
    pub(crate) marks: Vec<(usize, Mark)>,
    /// What [`Framer::text`] said when the kind became known.
    pub(crate) texts: Vec<String>,
}

impl Talk {
    pub(crate) fn new((to_server, to_client): (Framer, Framer)) -> Self {
        Talk { to_server: Line::new(to_server), to_client: Line::new(to_client) }
    }

    /// A connection on which this was said: `>` to the server, `<` to the client.
    pub(crate) fn of(protocol: Protocol, said: &[(char, &[u8])]) -> Self {
        Talk::new(protocol.framers()).saying(said)
    }

    /// The same after this was said.
    pub(crate) fn saying(mut self, said: &[(char, &[u8])]) -> Self {
        for (way, bytes) in said {
            self.line(*way).read(bytes);
        }
        self
    }

    pub(crate) fn line(&mut self, way: char) -> &mut Line {
        if way == '>' { &mut self.to_server } else { &mut self.to_client }
    }
}

impl Line {
    fn new(framer: Framer) -> Self {
        Line { framer, read: 0, marks: Vec::new(), texts: Vec::new() }
    }

    /// A segment has come.
    pub(crate) fn read(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some(mark) = self.framer.feed(&mut rest) {
            self.marks.push((self.read + bytes.len() - rest.len(), mark));
            if matches!(mark, Mark::Known(_)) {
                self.texts.extend(self.framer.text().map(str::to_owned));
            }
        }
        assert!(rest.is_empty(), "without a mark all is taken");
        self.read += bytes.len();
    }

    /// The stream has ended.
    pub(crate) fn end(&mut self) {
        let read = self.read;
        self.marks.extend(self.framer.end().map(|mark| (read, mark)));
    }

    /// The messages that have ended: where they began and ended, and the names of their kinds.
    pub(crate) fn messages(&self) -> Vec<(usize, usize, String)> {
        let (mut messages, mut begin, mut known) = (Vec::new(), 0, None);
        for (place, mark) in &self.marks {
            match mark {
                Mark::Begins => (begin, known) = (*place, None),
                Mark::Known(kind) => known = Some(kind.to_string()),
                Mark::Ends => messages.push((begin, *place, known.take().expect("it is known"))),
                Mark::Lost(_) => {}
            }
        }
        messages
    }

    /// The marks as a text: `0..14 Query@5` for a message that is known behind 5 bytes, `0..` for one that has no end
    /// and no kind yet, and the reason if the rest is lost.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let (mut begin, mut known) = (None, String::new());
        let mut put =
            |what: String| write!(text, "{}{what}", if text.is_empty() { "" } else { ", " });
        for (place, mark) in &self.marks {
            match mark {
                Mark::Begins => (begin, known) = (Some(*place), String::new()),
                Mark::Known(kind) => known = format!(" {kind}@{place}"),
                Mark::Ends => {
                    put(format!("{}..{place}{known}", begin.take().expect("a beginning"))).unwrap();
                }
                Mark::Lost(lost) => {
                    if let Some(begin) = begin.take() {
                        put(format!("{begin}..{known}")).unwrap();
                    }
                    put(format!("{place}: {lost}")).unwrap();
                }
            }
        }
        if let Some(begin) = begin {
            put(format!("{begin}..{known}")).unwrap();
        }
        text
    }
}
