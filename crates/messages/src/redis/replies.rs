//! What servers of Redis send: values, some of which have others in them. A message is a whole one.

use super::lost::malformed;
use super::nesting::{Nesting, UNKNOWN};
use super::number::{Count, Number};
use crate::framer::{Reader, skip, skip_line};
use crate::info::{BySign, KindInfo};
use crate::tls::is_tls;
use crate::{Kind, Lost, Mark};

pub(super) static REPLIES: [KindInfo; 14] = [
    KindInfo::with_sign(b'+', "simple-string", "a short text, such as OK"),
    KindInfo::with_sign(b'-', "error", "an error, such as MOVED"),
    KindInfo::with_sign(b':', "integer", "a number"),
    KindInfo::with_sign(b'$', "bulk-string", "a string of bytes"),
    KindInfo::with_sign(b'*', "array", "values in order"),
    NULL,
    KindInfo::with_sign(b'#', "boolean", "true or false"),
    KindInfo::with_sign(b',', "double", "a number with a fraction"),
    KindInfo::with_sign(b'(', "big-number", "a number of any length"),
    KindInfo::with_sign(b'!', "bulk-error", "a long error"),
    KindInfo::with_sign(b'=', "verbatim-string", "a text with its format"),
    KindInfo::with_sign(b'%', "map", "keys with their values"),
    KindInfo::with_sign(b'~', "set", "values in no order"),
    KindInfo::with_sign(b'>', "push", "what was not asked for, such as a published message"),
];

const NULL: KindInfo =
    KindInfo::with_sign(b'_', "null", "no value; in version 2 no string, or no array");

static BY_SIGN: BySign = BySign::new(&REPLIES);

/// Finds replies.
#[derive(Debug)]
pub(super) struct Replies {
    state: State,
    /// The number that is being read.
    number: Number,
    /// The values that this one stands in.
    nesting: Nesting,
    /// Whether the kind of the message has been told.
    is_known: bool,
}

#[derive(Debug)]
enum State {
    /// Before the first byte of a message.
    Between,
    /// Before the sign of a value.
    Sign,
    /// Behind it, in the line with a number.
    Number(u8),
    /// In a value that ends with its line.
    Line,
    /// In a string, of which so many bytes are left with the end of its line.
    String(u64),
    /// Behind a value.
    Done,
}

/// The bytes behind each string.
const END_OF_LINE: u64 = 2;

impl Replies {
    pub(super) fn new() -> Self {
        let (state, number) = (State::Between, Number::default());
        Replies { state, number, nesting: Nesting::default(), is_known: false }
    }

    /// Begins what has this sign; tells the kind of the message, if that is known by it.
    fn begin(&mut self, sign: u8) -> Result<Option<Mark>, Lost> {
        let kind = BY_SIGN.get(sign);
        match sign {
            b'.' if self.nesting.is_unknown() => self.nesting.leave(),
            b';' if self.nesting.is_unknown() => {}
            _ if kind.is_some() || sign == b'|' => self.nesting.begin_value(),
            _ if is_tls(sign) => return Err(Lost::Tls),
            _ => return Err(malformed("the sign of a value")),
        }
        self.state = match sign {
            b'$' | b'*' | b'%' | b'~' | b'>' | b'|' | b'!' | b'=' | b';' => State::Number(sign),
            _ => State::Line,
        };
        Ok(kind.filter(|_| matches!(self.state, State::Line)).and_then(|kind| self.known(kind)))
    }

    /// Tells the kind of the message, if this value is the message: nothing is behind it, and it is in none.
    fn known(&mut self, kind: &'static KindInfo) -> Option<Mark> {
        let is_it = self.nesting.is_empty() && !self.is_known;
        self.is_known |= is_it;
        is_it.then_some(Mark::Known(Kind::general(kind)))
    }

    /// Behind the number of what has this sign.
    fn counted(&mut self, sign: u8, count: Count) -> Result<Option<Mark>, Lost> {
        self.state = State::Done;
        let values = match (sign, count) {
            (b'$' | b'*', Count::Null) => 0,
            (b';', Count::Of(0)) => {
                self.nesting.leave();
                0
            }
            (b'$' | b'!' | b'=' | b';', Count::Of(length)) => {
                self.state = State::String(length + END_OF_LINE);
                0
            }
            (b'*' | b'~' | b'>', Count::Of(values)) => values,
            (b'%', Count::Of(pairs)) => 2 * pairs,
            // And the value that it is an attribute of.
            (b'|', Count::Of(pairs)) => 2 * pairs + 1,
            (b'$' | b'*' | b'%' | b'~' | b'>', Count::Unknown) => UNKNOWN,
            _ => return Err(malformed("how long the value is")),
        };
        let kind = if count == Count::Null { Some(&NULL) } else { BY_SIGN.get(sign) };
        let mark = kind.and_then(|kind| self.known(kind));
        self.nesting.enter(values)?;
        Ok(mark)
    }
}

impl Reader for Replies {
    fn feed(&mut self, bytes: &mut &[u8]) -> Result<Option<Mark>, Lost> {
        loop {
            // What needs no further byte.
            match self.state {
                State::Done if self.nesting.is_empty() => {
                    self.state = State::Between;
                    return Ok(Some(Mark::Ends));
                }
                State::Done => self.state = State::Sign,
                State::String(0) => {
                    self.state = State::Done;
                    continue;
                }
                _ => {}
            }
            let [first, rest @ ..] = *bytes else { return Ok(None) };
            match &mut self.state {
                State::Between => {
                    (self.state, self.is_known) = (State::Sign, false);
                    return Ok(Some(Mark::Begins));
                }
                State::Sign => {
                    *bytes = rest;
                    let mark = self.begin(*first)?;
                    if mark.is_some() {
                        return Ok(mark);
                    }
                }
                State::Number(sign) => {
                    let sign = *sign;
                    if let Some(count) = self.number.read(bytes)? {
                        let mark = self.counted(sign, count)?;
                        if mark.is_some() {
                            return Ok(mark);
                        }
                    }
                }
                State::Line => {
                    if skip_line(bytes) {
                        self.state = State::Done;
                    }
                }
                State::String(left) => skip(bytes, left),
                State::Done => {}
            }
        }
    }
}
