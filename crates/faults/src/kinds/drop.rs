//! `drop`

use std::time::Instant;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::{Fault, Meeting, Outbox, Segment};

/// Reads and discards data: the end of stream passes.
///
/// A peer behind it looks like one that reads and never answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Drop {}

impl Kind for Drop {
    const EXAMPLE: &'static str = "drop";

    fn start(&self, _: &Meeting) -> Option<Box<dyn Fault>> {
        Some(Box::new(Dropping))
    }
}

struct Dropping;

impl Fault for Dropping {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        if segment.is_data() {
            out.hit();
        } else {
            out.push(segment, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::virtual_time::{Line, run};

    #[test]
    fn data_is_discarded_and_both_ends_of_a_stream_pass() {
        assert_eq!(run([Drop {}], "0:a 1:b 2:FIN"), "2:FIN");
        assert_eq!(run([Drop {}], "0:a 1:RST"), "1:RST");
    }

    #[test]
    fn each_discarded_segment_is_a_hit() {
        let mut line = Line::new([Drop {}]);
        line.feed("0:a 1:b 2:FIN");
        line.finish();
        assert_eq!(line.hits("drop"), 2);
    }
}
