//! A head, and what of it is kept where it is cut.

use super::empty_line::EmptyLine;
use crate::Lost;
use crate::tls::is_tls;

pub(super) const PROTOCOL: &str = "http1";

/// The longest head that is read. Servers take 8 KiB to 64 KiB.
const LONGEST: usize = 64 * 1024;

/// More fields than these have not been read.
pub(super) const MOST_FIELDS: usize = 256;

/// A head that is being read.
#[derive(Debug)]
pub(super) struct Head {
    end: EmptyLine,
    /// Its bytes, if it is cut.
    kept: Vec<u8>,
}

impl Head {
    pub(super) fn new() -> Self {
        Head { end: EmptyLine::OF_HEAD, kept: Vec::new() }
    }

    /// Takes bytes off the front up to the end of the head, and has it read if that is there.
    pub(super) fn read<T>(
        &mut self,
        bytes: &mut &[u8],
        read: impl FnOnce(&[u8]) -> Result<T, Lost>,
    ) -> Result<Option<T>, Lost> {
        if self.kept.is_empty() && bytes.first().is_some_and(|first| is_tls(*first)) {
            return Err(Lost::Tls);
        }
        let room = LONGEST - self.kept.len();
        let here = &bytes[..bytes.len().min(room)];
        let end = self.end.find(here);
        let here = &here[..end.unwrap_or(here.len())];
        *bytes = &bytes[here.len()..];
        if end.is_none() && here.len() == room {
            let what = "bytes of a head";
            return Err(Lost::Beyond { protocol: PROTOCOL, what, most: LONGEST });
        }
        let head = if end.is_some() && self.kept.is_empty() {
            here
        } else {
            self.kept.extend_from_slice(here);
            &self.kept
        };
        end.map(|_| read(head)).transpose()
    }
}

/// The error of a head that is none.
pub(super) fn malformed(expected: &'static str) -> Lost {
    Lost::Malformed { protocol: PROTOCOL, expected }
}

/// What a head that was refused is.
pub(super) fn refused(error: httparse::Error, expected: &'static str) -> Lost {
    if error == httparse::Error::TooManyHeaders {
        return Lost::Beyond { protocol: PROTOCOL, what: "fields of a head", most: MOST_FIELDS };
    }
    malformed(expected)
}
