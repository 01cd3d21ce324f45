//! `truncate`

use std::time::Instant;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NO_HOLE, only_for_datagrams};
use crate::kind::Kind;
use crate::units::ByteSize;
use crate::{Fault, Meeting, Outbox, Segment, Transport};

/// Lets no datagram through that is too large: a path with a smaller MTU. Only for datagrams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Truncate {
    /// The largest datagram that passes as it is.
    pub size: ByteSize,
    /// Whether a larger one is cut to this size, or dropped.
    #[serde(default)]
    pub how: TooLarge,
}

/// What a [`Truncate`] does with a datagram that is too large.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TooLarge {
    /// It is cut.
    #[default]
    Cut,
    /// It is dropped, as it is on a path that may not fragment it.
    Drop,
}

impl Truncate {
    /// Cuts what is larger than `size` bytes.
    pub fn new(size: u64) -> Self {
        Truncate { size: ByteSize::new(size), how: TooLarge::Cut }
    }
}

impl Kind for Truncate {
    const EXAMPLE: &'static str = "truncate:size=512B,how=drop";

    fn start(&self, _: &Meeting) -> Option<Box<dyn Fault>> {
        Some(Box::new(*self))
    }

    fn suits(&self, transport: Transport) -> Result<(), &'static str> {
        only_for_datagrams(transport, NO_HOLE)
    }
}

impl Fault for Truncate {
    fn on_segment(&mut self, mut segment: Segment, now: Instant, out: &mut Outbox) {
        let size = usize::try_from(self.size.get()).unwrap_or(usize::MAX);
        if segment.len() > size {
            out.hit();
            if self.how == TooLarge::Drop {
                return;
            }
            segment = segment.split_to(size);
        }
        out.push(segment, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::virtual_time::{Line, run_datagrams};

    #[test]
    fn what_is_too_large_is_cut_or_dropped() {
        let cut = Truncate::new(2);
        assert_eq!(run_datagrams([cut], "0:ab 1:abc 2:"), "0:ab 1:ab 2:");
        let drop = Truncate { how: TooLarge::Drop, ..cut };
        assert_eq!(run_datagrams([drop], "0:ab 1:abc 2:"), "0:ab 2:");
        assert_eq!(run_datagrams([Truncate::new(0)], "0:ab"), "0:");
    }

    #[test]
    fn each_that_was_too_large_is_a_hit() {
        let mut line = Line::datagrams([Truncate::new(2)]);
        line.feed("0:ab 1:abc 2:abcd");
        line.finish();
        assert_eq!(line.hits("truncate"), 2);
    }
}
