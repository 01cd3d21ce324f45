//! `limit_bytes`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::allowance::{Allowance, Closes};
use crate::spec::Kind;
use crate::units::ByteSize;
use crate::{Fault, How, Meeting};

/// Passes exactly so many bytes on each connection, then closes it, both sides.
///
/// The bytes arrive first, also before a reset. An update of the entry does not start its count
/// anew: a limit lowered below the count closes at the next data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitBytes {
    /// The number of bytes that pass; with 0 the first data closes, and none passes.
    pub bytes: ByteSize,
    /// How the connection is closed.
    #[serde(default)]
    pub how: How,
}

impl LimitBytes {
    /// Closes in order after `bytes` bytes.
    pub fn new(bytes: u64) -> Self {
        LimitBytes { bytes: ByteSize::new(bytes), how: How::Fin }
    }
}

impl Kind for LimitBytes {
    const EXAMPLE: &'static str = "limit_bytes:bytes=64KiB,how=reset";

    fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
        let left = self.bytes.get().saturating_sub(meeting.taken);
        Some(Box::new(Allowance { left, how: self.how, closes: Closes::WithTheLast }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::virtual_time::{Line, run};
    use crate::{EntrySpec, Latency};
    use std::time::Duration;

    #[test]
    fn it_closes_when_the_last_byte_has_passed() {
        assert_eq!(run([LimitBytes::new(5)], "0:abc 1:de 2:f"), "0:abc 1:de 1:FIN");
        assert_eq!(run([LimitBytes::new(4)], "0:abc 1:de 2:f"), "0:abc 1:d 1:FIN");
        assert_eq!(run([LimitBytes::new(9)], "0:abc 1:FIN"), "0:abc 1:FIN");
    }

    #[test]
    fn a_limit_of_zero_closes_at_the_first_data_and_passes_none() {
        assert_eq!(run([LimitBytes::new(0)], "7:abc"), "7:FIN");
    }

    #[test]
    fn its_bytes_arrive_before_the_reset_also_through_a_latency() {
        let limit = LimitBytes { how: How::Reset, ..LimitBytes::new(2) };
        let chain = [EntrySpec::from(limit), Latency::new(Duration::from_millis(100)).into()];
        assert_eq!(run(chain, "0:abc"), "100:ab 100:RST");
    }

    #[test]
    fn the_count_goes_on_when_the_limit_is_changed() {
        let mut line = Line::new([LimitBytes::new(100)]);
        line.feed("0:abc");
        line.set_at(5, [LimitBytes::new(5)]);
        line.feed("6:defg");
        assert_eq!(line.finish(), "0:abc 6:de 6:FIN");
    }

    #[test]
    fn a_limit_below_the_count_closes_at_the_next_data() {
        let mut line = Line::new([LimitBytes::new(100)]);
        line.feed("0:abc");
        line.set_at(5, [LimitBytes::new(2)]);
        line.feed("6:d");
        assert_eq!(line.finish(), "0:abc 6:FIN");
    }
}
