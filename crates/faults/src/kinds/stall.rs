//! `stall`

use std::time::Instant;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::{Fault, Meeting, Outbox, Segment};

/// Reads nothing: the sender feels back-pressure.
///
/// What waited is treated by what comes next. An end of stream waits like data. It is a hit when
/// data first waits unread. Of datagrams, about as many wait as in a socket; the rest is dropped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stall {}

impl Kind for Stall {
    const EXAMPLE: &'static str = "stall";

    fn start(&self, _: &Meeting) -> Option<Box<dyn Fault>> {
        Some(Box::new(Stalled))
    }

    /// By what waits before it, which comes when it goes.
    fn acts_unseen(&self) -> bool {
        true
    }
}

struct Stalled;

impl Fault for Stalled {
    fn on_segment(&mut self, segment: Segment, _: Instant, out: &mut Outbox) {
        out.hold(segment);
    }

    fn room(&self, _: usize) -> usize {
        0
    }

    fn on_wait(&mut self, _: Instant, out: &mut Outbox) {
        out.hit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Drop;
    use crate::virtual_time::{Line, NO_FAULTS, run};

    #[test]
    fn nothing_passes_and_nothing_is_taken_in() {
        let mut line = Line::new([Stall {}]);
        line.feed("0:a 1:b 2:FIN");
        line.advance_to(1000);
        assert_eq!(line.output(), "");
        assert_eq!(line.chain().charge(), 0);
    }

    #[test]
    fn what_waited_is_treated_by_what_comes_next() {
        let mut line = Line::new([Stall {}]);
        line.feed("0:a 200:b");
        line.set_at(100, [Drop {}]);
        line.set_at(300, NO_FAULTS);
        line.feed("400:c");
        assert_eq!(line.finish(), "400:c");
    }

    #[test]
    fn it_hits_once_when_data_first_waits() {
        let mut line = Line::new([Stall {}]);
        line.feed("5:a 6:b 7:c");
        line.advance_to(1000);
        assert_eq!(line.hits("stall"), 1);
        assert_eq!(run([Stall {}], "3:FIN"), "");
    }
}
