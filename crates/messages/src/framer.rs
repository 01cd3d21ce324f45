//! What finds the messages of one direction of a connection.

use std::fmt::Debug;

use memchr::memchr;

use crate::{Lost, Mark};

/// Finds where the messages of one direction of a connection begin and end, and of what kind they are, from the
/// first byte of the connection on. What it finds does not depend on how the bytes are cut.
///
/// ```
/// use chaosgate_messages::{Mark, Protocol};
///
/// let (mut to_server, _) = Protocol::Redis.framers();
/// let mut rest: &[u8] = b"PING\r\nGET user:42\r\n";
/// let (segment, mut begin) = (rest.len(), 0);
/// let mut found = Vec::new();
/// while let Some(mark) = to_server.feed(&mut rest) {
///     let place = segment - rest.len();
///     match mark {
///         Mark::Begins => begin = place,
///         Mark::Known(kind) => found.push(format!("{begin}: {kind}")),
///         Mark::Ends | Mark::Lost(_) => found.push(format!("{place}: {mark:?}")),
///     }
/// }
/// assert_eq!(found, ["0: PING", "6: Ends", "6: GET", "19: Ends"]);
/// ```
#[derive(Debug)]
pub struct Framer(Option<Box<dyn Reader>>);

impl Framer {
    pub(crate) fn new(reader: impl Reader + 'static) -> Self {
        Framer(Some(Box::new(reader)))
    }

    /// Takes bytes off the front of `bytes` up to the next mark, and tells that; or all of them, if there is none.
    /// To be called until there is none.
    ///
    /// It keeps the bytes of a head that is cut, and nothing of a body.
    pub fn feed(&mut self, bytes: &mut &[u8]) -> Option<Mark> {
        let Some(reader) = &mut self.0 else {
            *bytes = &[];
            return None;
        };
        match reader.feed(bytes) {
            Ok(mark) => mark,
            Err(lost) => {
                reader.give_up();
                self.0 = None;
                Some(Mark::Lost(lost))
            }
        }
    }

    /// Tells that the stream has ended. Only a message that ends with its stream gives a mark, which is `Ends`; one
    /// that has been cut has no end.
    pub fn end(&mut self) -> Option<Mark> {
        self.0.take()?.end()
    }

    /// What is to be searched in place of the bytes of the message whose kind became known last, if the protocol
    /// writes its texts so that they are not found there: of `dns` the name that is asked for, such as
    /// `www.example.com`, in small letters. It is there from `Known` to `Ends`.
    pub fn text(&self) -> Option<&str> {
        self.0.as_ref()?.text()
    }
}

/// The same for one protocol: what a [`Framer`] is made of. It is used no more after an error.
pub(crate) trait Reader: Debug + Send {
    /// As [`Framer::feed`].
    fn feed(&mut self, bytes: &mut &[u8]) -> Result<Option<Mark>, Lost>;

    /// As [`Framer::end`].
    fn end(&mut self) -> Option<Mark> {
        None
    }

    /// As [`Framer::text`].
    fn text(&self) -> Option<&str> {
        None
    }

    /// Tells the other direction that nothing comes from this one any more.
    fn give_up(&mut self) {}
}

/// Takes bytes off the front up to the end of the line, and tells whether that is there.
pub(crate) fn skip_line(bytes: &mut &[u8]) -> bool {
    let length = memchr(b'\n', bytes).map(|place| place + 1);
    *bytes = &bytes[length.unwrap_or(bytes.len())..];
    length.is_some()
}

/// Takes up to `left` bytes off the front, and them off `left`.
pub(crate) fn skip(bytes: &mut &[u8], left: &mut u64) {
    let length = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
    *bytes = &bytes[length..];
    *left -= length as u64;
}
