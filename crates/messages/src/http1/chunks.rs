//! A body that comes in chunks, up to an empty one and its trailers.

use super::empty_line::EmptyLine;
use super::head::malformed;
use crate::Lost;
use crate::framer::{skip, skip_line};

/// A body that comes in chunks, as far as it has been read.
#[derive(Debug)]
pub(super) enum Chunks {
    /// In the size of a chunk.
    Size { value: u64, digits: u8 },
    /// Behind it, in its line.
    Extensions { size: u64 },
    /// In a chunk, of which so many bytes are left.
    Data(u64),
    /// Behind that, in the end of its line.
    EndOfData,
    /// In what follows the last chunk.
    Trailers(EmptyLine),
}

/// No size has more: what is longer than an exabyte is none.
const MOST_DIGITS: u8 = 15;

impl Chunks {
    pub(super) const BEGIN: Chunks = Chunks::Size { value: 0, digits: 0 };

    /// Takes bytes off the front up to the end of the body, and tells whether that is there.
    pub(super) fn read(&mut self, bytes: &mut &[u8]) -> Result<bool, Lost> {
        while let [first, rest @ ..] = *bytes {
            match self {
                Chunks::Size { value, digits } => match (char::from(*first).to_digit(16), first) {
                    (Some(digit), _) if *digits < MOST_DIGITS => {
                        *value = *value << 4 | u64::from(digit);
                        *digits += 1;
                        *bytes = rest;
                    }
                    (None, b';' | b' ' | b'\t' | b'\r' | b'\n') if *digits > 0 => {
                        *self = Chunks::Extensions { size: *value };
                    }
                    _ => return Err(malformed("the size of a chunk")),
                },
                Chunks::Extensions { size } => {
                    if skip_line(bytes) {
                        *self = match size {
                            0 => Chunks::Trailers(EmptyLine::OF_TRAILERS),
                            size => Chunks::Data(*size),
                        };
                    }
                }
                Chunks::Data(0) => *self = Chunks::EndOfData,
                Chunks::Data(left) => skip(bytes, left),
                Chunks::EndOfData => {
                    *bytes = rest;
                    match first {
                        b'\r' => {}
                        b'\n' => *self = Chunks::BEGIN,
                        _ => return Err(malformed("the end of a chunk's line")),
                    }
                }
                Chunks::Trailers(line) => {
                    let end = line.find(bytes);
                    *bytes = &bytes[end.unwrap_or(bytes.len())..];
                    return Ok(end.is_some());
                }
            }
        }
        Ok(false)
    }
}
