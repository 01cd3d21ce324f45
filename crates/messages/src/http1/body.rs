//! How long a body is.

use httparse::Header;

use super::chunks::Chunks;
use super::head::malformed;
use crate::Lost;
use crate::framer::skip;

/// What is left of a body.
#[derive(Debug)]
pub(super) enum Body {
    /// So many bytes.
    Length(u64),
    /// Chunks.
    Chunks(Chunks),
    /// All up to the end of the stream.
    UpToTheEnd,
}

impl Body {
    pub(super) const NONE: Body = Body::Length(0);

    /// The body that these fields tell of, if they tell of one.
    pub(super) fn of(fields: &[Header<'_>]) -> Result<Option<Body>, Lost> {
        let (mut length, mut coding) = (None, None);
        for field in fields {
            if field.name.eq_ignore_ascii_case("content-length") {
                // The same may be said more than once.
                for value in field.value.split(|byte| *byte == b',') {
                    let read = number(value.trim_ascii()).ok_or(malformed("a Content-Length"))?;
                    if *length.get_or_insert(read) != read {
                        return Err(malformed("one Content-Length"));
                    }
                }
            } else if field.name.eq_ignore_ascii_case("transfer-encoding") {
                coding = field.value.rsplit(|byte| *byte == b',').next();
            }
        }
        match (coding, length) {
            (Some(_), Some(_)) => Err(malformed("Content-Length or Transfer-Encoding, not both,")),
            (Some(last), None) if last.trim_ascii().eq_ignore_ascii_case(b"chunked") => {
                Ok(Some(Body::Chunks(Chunks::BEGIN)))
            }
            (Some(_), None) => Ok(Some(Body::UpToTheEnd)),
            (None, length) => Ok(length.map(Body::Length)),
        }
    }

    /// Takes bytes off the front up to the end of the body, and tells whether that is there.
    pub(super) fn read(&mut self, bytes: &mut &[u8]) -> Result<bool, Lost> {
        match self {
            Body::Length(left) => {
                skip(bytes, left);
                Ok(*left == 0)
            }
            Body::Chunks(chunks) => chunks.read(bytes),
            Body::UpToTheEnd => {
                *bytes = &[];
                Ok(false)
            }
        }
    }
}

fn number(digits: &[u8]) -> Option<u64> {
    // A sign is no digit.
    let digits = digits.iter().all(u8::is_ascii_digit).then_some(digits)?;
    str::from_utf8(digits).ok()?.parse().ok()
}
