//! Lines of text.

use crate::framer::{Reader, skip_line};
use crate::info::{KindInfo, Kinds, ProtocolInfo};
use crate::{Framer, Kind, Lost, Mark};

pub(crate) static INFO: ProtocolInfo = ProtocolInfo {
    name: "lines",
    docs: "any bytes up to a line feed, which belongs to its line",
    to_server: Kinds { known: &[LINE], others: None },
    to_client: Kinds { known: &[LINE], others: None },
};

const LINE: KindInfo = KindInfo::new("line", "a line; the last one may end with the stream");

/// What finds the lines to the server, and those to the client.
pub(crate) fn framers() -> (Framer, Framer) {
    (Framer::new(Lines::Between), Framer::new(Lines::Between))
}

#[derive(Debug)]
enum Lines {
    /// Before the first byte of a line.
    Between,
    /// There, and that it begins has been told.
    Begun,
    /// In a line.
    Within,
}

impl Reader for Lines {
    fn feed(&mut self, bytes: &mut &[u8]) -> Result<Option<Mark>, Lost> {
        Ok(match self {
            Lines::Between if bytes.is_empty() => None,
            Lines::Between => {
                *self = Lines::Begun;
                Some(Mark::Begins)
            }
            Lines::Begun => {
                *self = Lines::Within;
                Some(Mark::Known(Kind::general(&LINE)))
            }
            Lines::Within => skip_line(bytes).then(|| {
                *self = Lines::Between;
                Mark::Ends
            }),
        })
    }

    fn end(&mut self) -> Option<Mark> {
        matches!(self, Lines::Within).then_some(Mark::Ends)
    }
}
