//! Messages of any protocol that begin with their length.

mod error;
mod layout;

pub use error::LayoutError;
pub use layout::Layout;

use layout::{Counts, Order};

use crate::counted::{Counted, Head, Heads};
use crate::info::{KindInfo, Kinds, ProtocolInfo};
use crate::{Framer, Kind, Lost};

pub(crate) static INFO: ProtocolInfo = ProtocolInfo {
    name: "length",
    docs: "messages that begin with their length, in both directions: \
        length:offset=BYTES,size=1|2|4|8,order=big|little,counts=rest|message",
    to_server: Kinds { known: &[MESSAGE], others: None },
    to_client: Kinds { known: &[MESSAGE], others: None },
};

const MESSAGE: KindInfo = KindInfo::new("message", "a message, with what stands before its length");

/// What finds the messages to the server, and those to the client.
pub(crate) fn framers(layout: Layout) -> (Framer, Framer) {
    let framer = || Framer::new(Counted::new(layout));
    (framer(), framer())
}

impl Heads for Layout {
    fn read(&mut self, head: &[u8]) -> Result<Head, Lost> {
        let read = self.head();
        let Some(length) = head.get(usize::from(self.offset)..read) else {
            return Ok(Head::Needs(read));
        };
        let digit = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        let length = match self.order {
            Order::Big => length.iter().fold(0, digit),
            Order::Little => length.iter().rfold(0, digit),
        };
        let body = match self.counts {
            Counts::Rest => Some(length),
            Counts::Message => length.checked_sub(read as u64),
        };
        let body = body.ok_or(Lost::Malformed {
            protocol: INFO.name,
            expected: "a length that counts the bytes up to its own end",
        })?;
        Ok(Head::Is { kind: Kind::general(&MESSAGE), body })
    }
}
