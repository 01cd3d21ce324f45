//! What clients of Redis send: arrays of strings, or lines.

use super::lost::malformed;
use super::number::{Count, Number};
use crate::framer::{Reader, skip, skip_line};
use crate::info::KindInfo;
use crate::name::Name;
use crate::tls::is_tls;
use crate::{Kind, Lost, Mark};

pub(super) const COMMAND: KindInfo = KindInfo::new("command", "any command");

/// Finds commands.
#[derive(Debug)]
pub(super) struct Commands {
    state: State,
    /// The number that is being read.
    number: Number,
    /// The first word of the command, as far as it has been read.
    name: Name,
    /// Whether that has been told.
    is_known: bool,
    /// So many words have not begun.
    words: u64,
}

#[derive(Debug)]
enum State {
    /// Before the first byte of a command.
    Between,
    /// Before the sign of an array.
    Array,
    /// Behind it, in the line that says how many words there are.
    Words,
    /// Before the sign of a word.
    Sign,
    /// In the line that says how long a word is.
    Length,
    /// In the first word, of which so many bytes are left.
    Name(u64),
    /// In a word, of which so many bytes are left with the end of its line.
    Word(u64),
    /// In the first word of a command that is a line.
    InlineName,
    /// Behind that.
    Inline,
}

/// The bytes behind each string.
const END_OF_LINE: u64 = 2;

impl Commands {
    pub(super) fn new() -> Self {
        let (state, number) = (State::Between, Number::default());
        Commands { state, number, name: Name::EMPTY, is_known: false, words: 0 }
    }

    /// The kind of the command, whose first word has been read; then comes `next`.
    fn known(&mut self, next: State) -> Mark {
        (self.state, self.is_known) = (next, true);
        Mark::Known(Kind::special(&COMMAND, self.name.in_capitals()))
    }

    /// What a command is that begins with this byte.
    fn begin(&mut self, first: u8) -> Result<Mark, Lost> {
        self.state = match first {
            b'*' => State::Array,
            // A line may be empty, or begin with spaces.
            b' '..=b'~' | b'\t' | b'\r' | b'\n' => State::InlineName,
            first if is_tls(first) => return Err(Lost::Tls),
            _ => return Err(malformed("a command")),
        };
        (self.name, self.is_known, self.words) = (Name::EMPTY, false, 0);
        Ok(Mark::Begins)
    }
}

impl Reader for Commands {
    fn feed(&mut self, bytes: &mut &[u8]) -> Result<Option<Mark>, Lost> {
        loop {
            // What needs no further byte.
            match &mut self.state {
                State::Word(0) if self.words == 0 => {
                    self.state = State::Between;
                    return Ok(Some(Mark::Ends));
                }
                State::Word(0) => self.state = State::Sign,
                State::Name(0) => return Ok(Some(self.known(State::Word(END_OF_LINE)))),
                _ => {}
            }
            let [first, rest @ ..] = *bytes else { return Ok(None) };
            match &mut self.state {
                State::Between => return self.begin(*first).map(Some),
                State::Array => {
                    *bytes = rest;
                    self.state = State::Words;
                }
                State::Words => match self.number.read(bytes)? {
                    Some(Count::Of(words @ 1..)) => {
                        (self.words, self.state) = (words, State::Sign);
                    }
                    // The server ignores it.
                    Some(Count::Of(0) | Count::Null) => {
                        return Ok(Some(self.known(State::Word(0))));
                    }
                    Some(Count::Unknown) => return Err(malformed("the number of words")),
                    None => {}
                },
                State::Sign => {
                    *bytes = rest;
                    if *first != b'$' {
                        return Err(malformed("the sign of a string, $,"));
                    }
                    self.words -= 1;
                    self.state = State::Length;
                }
                State::Length => match self.number.read(bytes)? {
                    Some(Count::Of(length)) if self.is_known => {
                        self.state = State::Word(length + END_OF_LINE);
                    }
                    Some(Count::Of(length)) => self.state = State::Name(length),
                    Some(Count::Null | Count::Unknown) => {
                        return Err(malformed("the length of a string"));
                    }
                    None => {}
                },
                State::Name(left) => {
                    let before = *bytes;
                    skip(bytes, left);
                    // More than a name can have changes nothing.
                    let letters = before[..before.len() - bytes.len()].iter().take(Name::MOST + 1);
                    letters.for_each(|letter| self.name.push(*letter));
                }
                State::Word(left) => skip(bytes, left),
                State::InlineName => match first {
                    b' ' | b'\t' if self.name == Name::EMPTY => *bytes = rest,
                    b' ' | b'\t' | b'\r' | b'\n' => return Ok(Some(self.known(State::Inline))),
                    letter => {
                        self.name.push(*letter);
                        *bytes = rest;
                    }
                },
                State::Inline => {
                    if skip_line(bytes) {
                        self.state = State::Word(0);
                    }
                }
            }
        }
    }
}
