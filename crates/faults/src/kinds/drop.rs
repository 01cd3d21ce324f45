//! `drop`

use std::time::Instant;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::OnRemoval;
use crate::kind::Kind;
use crate::{Fault, Meeting, Outbox, Segment, Transport};

/// Reads and discards data: the end of stream passes.
///
/// A peer behind it looks like one that reads and never answers. A stream that goes on afterwards has a
/// hole, which no network makes: end it when the fault goes, or use `blackhole`, which has data wait.
/// What was discarded is counted as lost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Drop {
    /// What becomes of the connection when the fault is removed; a change of it is no removal.
    pub on_removal: OnRemoval,
}

impl Kind for Drop {
    const EXAMPLE: &'static str = "drop";

    fn start(&self, _: &Meeting) -> Option<Box<dyn Fault>> {
        Some(Box::new(Dropping { on_removal: self.on_removal }))
    }

    fn acts_unseen(&self) -> bool {
        self.on_removal != OnRemoval::Keep
    }

    fn suits(&self, transport: Transport) -> Result<(), &'static str> {
        self.on_removal.suits(transport)
    }
}

struct Dropping {
    on_removal: OnRemoval,
}

impl Fault for Dropping {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        if segment.is_data() {
            out.hit();
            out.lose(&segment);
        } else {
            out.push(segment, now);
        }
    }

    fn on_removal(&mut self, now: Instant, out: &mut Outbox) {
        self.on_removal.act(now, out);
    }

    fn on_update(&mut self, now: Instant, out: &mut Outbox) {
        out.release(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::virtual_time::{Line, run};

    #[test]
    fn data_is_discarded_and_both_ends_of_a_stream_pass() {
        assert_eq!(run([Drop::default()], "0:a 1:b 2:FIN"), "2:FIN");
        assert_eq!(run([Drop::default()], "0:a 1:RST"), "1:RST");
    }

    #[test]
    fn each_discarded_segment_is_a_hit() {
        let mut line = Line::new([Drop::default()]);
        line.feed("0:a 1:b 2:FIN");
        line.finish();
        assert_eq!(line.hits("drop"), 2);
    }
}
