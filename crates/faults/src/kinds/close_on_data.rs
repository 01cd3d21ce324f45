//! `close_on_data`

use std::time::Instant;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::can_close;
use crate::kind::Kind;
use crate::units::ByteSize;
use crate::{Fault, How, Meeting, Outbox, Segment, Transport};

/// Closes the connection, both sides, when data comes; that data is not delivered.
///
/// A silent connection stays. The bytes that `after` lets pass arrive first, also before a reset. A
/// datagram that is more than is left of them is left out whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CloseOnData {
    /// How the connection is closed.
    pub how: How,
    /// Exactly so many bytes pass first; the next data closes.
    pub after: ByteSize,
}

impl Kind for CloseOnData {
    const EXAMPLE: &'static str = "close_on_data:how=reset,after=1kB";

    fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
        let left = self.after.get().saturating_sub(meeting.taken);
        Some(Box::new(Allowing { left, how: self.how, transport: meeting.transport }))
    }

    fn suits(&self, transport: Transport) -> Result<(), &'static str> {
        can_close(self.how, transport)
    }
}

struct Allowing {
    /// The bytes that may still pass.
    left: u64,
    how: How,
    transport: Transport,
}

impl Fault for Allowing {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        match segment {
            Segment::Data(mut bytes) if self.left == 0 || bytes.len() as u64 > self.left => {
                bytes.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
                out.hit();
                if !bytes.is_empty() && self.transport == Transport::Stream {
                    out.push(Segment::Data(bytes), now);
                }
                out.close(self.how, now);
            }
            passes => {
                self.left -= passes.len() as u64;
                out.push(passes, now);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::virtual_time::run;

    #[test]
    fn the_first_data_closes_and_is_not_delivered() {
        assert_eq!(run([CloseOnData::default()], "9:abc 10:d"), "9:FIN");
        let resetting = CloseOnData { how: How::Reset, ..CloseOnData::default() };
        assert_eq!(run([resetting], "9:abc"), "9:RST");
    }

    #[test]
    fn exactly_so_many_bytes_pass_first_for_any_segmentation() {
        let after = CloseOnData { after: ByteSize::new(4), ..CloseOnData::default() };
        assert_eq!(run([after], "0:abcdef"), "0:abcd 0:FIN");
        assert_eq!(run([after], "0:abcd 5:e"), "0:abcd 5:FIN");
        assert_eq!(run([after], "0:a 1:bcd 5:FIN"), "0:a 1:bcd 5:FIN");
    }
}
