//! The list of what can go wrong with datagrams, and what a client must see of it.

use chaosgate::Direction;
use chaosgate_trial::{Cause, Condition, datagrams};

use crate::expected::Expected::{self, Answered, Broken, Ended, NoAnswer, Refused};
use crate::row::Row;

/// What a client does while a condition lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// It asks for an address.
    Ask,
    /// It asks for five addresses at once.
    AskFive,
    /// It asks for a large text.
    AskLarge,
}

/// Every condition that a gate for datagrams can bring about.
pub fn conditions() -> Vec<Row<Deed>> {
    use Deed::{Ask, AskFive};

    vec![
        Row::new(&datagrams::HOLD, Ask, NoAnswer),
        Row::new(&datagrams::REFUSE, Ask, Refused),
        Row::new(&datagrams::REBIND, Ask, NoAnswer).in_a_message(),
        Row::new(&datagrams::REBIND, Ask, Answered),
        Row::new(&datagrams::STALL, Ask, NoAnswer),
        Row::new(&datagrams::DROP, Ask, NoAnswer),
        other("udp-blackhole", "blackhole", NoAnswer),
        other("udp-blackhole", "blackhole:close_after=50ms", Ended),
        other("udp-close-on-data", "close_on_data", Ended),
        Row::new(&datagrams::LATENCY, Ask, Expected::late(100)),
        Row::fault(
            &datagrams::LATENCY,
            "latency:delay=150ms,jitter=50ms,keep_order=false",
            AskFive,
            Expected::late(100),
        ),
        // A question for an address has 31 bytes at least, and its answer more. Four more wait for
        // the first.
        Row::fault(
            &datagrams::BANDWIDTH,
            "bandwidth:rate=1kB/s,scope=gate",
            AskFive,
            Expected::late(4 * 31),
        ),
        other("udp-lifetime", "lifetime:timeout=50ms", Ended).in_a_message(),
        other("udp-idle", "idle:timeout=50ms", Ended).in_a_message(),
        // Nothing is quicker than to forget a flow at once.
        other("udp-idle", "idle:timeout=0s,then=blackhole", NoAnswer),
        Row::new(&datagrams::CORRUPT, Ask, Broken),
        Row::fault(&datagrams::CORRUPT, "corrupt:how=zero", Ask, Broken),
        Row::new(&datagrams::LOSS, Ask, NoAnswer),
        Row::fault(&datagrams::BURST_LOSS, "burst_loss:good_to_bad=1,bad_to_good=0", Ask, NoAnswer),
        Row::fault(&datagrams::DUPLICATE, "duplicate:ratio=1,copies=3", Ask, Answered),
        // Each question comes from a port of its own, so nothing overtakes it.
        Row::fault(&datagrams::REORDER, "reorder:ratio=1,delay=150ms", Ask, Expected::late(150)),
        Row::fault(&datagrams::TRUNCATE, "truncate:size=20B", Ask, Broken),
        Row::fault(&datagrams::TRUNCATE, "truncate:size=20B,how=drop", Ask, NoAnswer),
        large("truncate:size=512B", Broken),
        large("truncate:size=512B,how=drop", NoAnswer),
        // Less than any question or answer has.
        other("udp-limit-bytes", "limit_bytes:bytes=20B", Ended),
        other("udp-limit-bytes", "limit_bytes:bytes=20B,scope=gate", Ended),
    ]
}

/// One that the documentation has for streams alone.
fn other(slug: &'static str, fault: &'static str, expected: Expected) -> Row<Deed> {
    let condition = Condition::of_datagrams(slug, Cause::fault(fault), "as of streams");
    Row::new(&condition, Deed::Ask, expected)
}

/// Large is the answer alone.
fn large(fault: &'static str, expected: Expected) -> Row<Deed> {
    let directions = &[Some(Direction::ToClient)];
    let base = Condition { directions, ..datagrams::TRUNCATE.clone() };
    Row::fault(&base, fault, Deed::AskLarge, expected)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chaosgate_trial::{Failure, Sight};

    use super::*;

    fn met_by(answer: &Result<(), Failure>) -> Vec<String> {
        let sight = Sight { answer: answer.clone(), took: Duration::ZERO };
        let met = conditions().into_iter().filter(|row| row.expected.is_met(&sight));
        met.map(|row| row.to_string()).collect()
    }

    #[test]
    fn a_prompt_answer_shows_nothing_but_what_does_no_harm() {
        let harmless =
            ["udp-rebind (close_connections=fin)", "udp-duplicate (duplicate:ratio=1,copies=3)"];
        assert_eq!(met_by(&Ok(())), harmless);
    }

    #[test]
    fn a_wrong_answer_shows_nothing_but_corruption_and_cuts() {
        let met = met_by(&Err(Failure::Wrong("2 is not 1".to_owned())));
        let is_known =
            |met: &String| ["udp-corrupt", "udp-truncate"].iter().any(|slug| met.starts_with(slug));
        assert!(met.iter().all(is_known), "{met:?}");
        assert_eq!(met.len(), 4);
    }
}
