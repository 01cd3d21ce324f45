//! The one list of what can go wrong with streams, and what a client must see of it.

use chaosgate::{Accepting, How};
use chaosgate_trial::{Cause, Condition, Phase, streams};

use crate::expected::Expected::{
    self, Broken, Closed, CutOff, Gone, NoAnswer, Refused, Replaced, Reset,
};
use crate::payload::LARGE;
use crate::row::Row;

/// What a client does while a condition lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// It asks a small question.
    Ask,
    /// It moves a larger amount of data in the direction of the fault.
    Transfer,
    /// It takes part in the end of a connection, which the sender of the fault's direction begins.
    Farewell,
}

/// Every condition that a gate can bring about.
pub fn conditions() -> Vec<Row<Deed>> {
    use Deed::{Ask, Farewell};

    let close = |how, expected| {
        let cause = Cause::close(how);
        Row::new(&Condition { cause, ..streams::CLOSE_CONNECTIONS.clone() }, Ask, expected)
    };
    let resets = Cause::accepting(Accepting::Reset);
    let loss = Condition::of_streams("loss", Cause::fault("loss:ratio=1"), "all bytes are lost");
    vec![
        Row::new(&streams::NO_ACCEPT, Ask, NoAnswer),
        Row::new(&streams::REFUSE, Ask, Refused),
        Row::new(&Condition::of_streams("reset", resets, "clients are reset"), Ask, Gone),
        Row::new(&streams::MUTE, Ask, NoAnswer),
        Row::new(&streams::CONNECT_TIMEOUT, Ask, NoAnswer),
        close(How::Fin, Closed).in_a_message(),
        close(How::Reset, Reset).in_a_message(),
        close(How::Fin, Replaced),
        close(How::Reset, Replaced),
        Row::new(&streams::STALL, Ask, NoAnswer),
        Row::new(&streams::DROP, Ask, NoAnswer),
        Row::new(&streams::BLACKHOLE, Ask, NoAnswer),
        Row::new(&streams::CLOSE_ON_DATA, Ask, Closed),
        Row::fault(&streams::CLOSE_ON_DATA, "close_on_data:how=reset", Ask, Reset),
        Row::new(&streams::RESET, Ask, Reset),
        Row::new(&streams::LATENCY, Ask, Expected::late(100)),
        // The least that Pareto's distribution gives is 0.58 of the jitter less than the delay.
        Row::fault(
            &streams::LATENCY,
            "latency:delay=150ms,jitter=50ms,distribution=pareto,correlation=0.5",
            Ask,
            Expected::late(121),
        ),
        // 64 KiB take a quarter of a second, and without a burst the last byte leaves no sooner.
        transfer(&streams::BANDWIDTH, "bandwidth:rate=256KiB/s,burst=0B", Expected::late(250)),
        transfer(
            &streams::BANDWIDTH_SHARED,
            "bandwidth:rate=256KiB/s,burst=0B,scope=gate",
            Expected::late(250),
        ),
        Row::new(&streams::LIFETIME, Ask, Closed).in_a_message(),
        Row::new(&streams::IDLE, Ask, Closed).in_a_message(),
        Row::fault(&streams::IDLE, "idle:timeout=200ms,of=this,then=reset", Ask, Reset)
            .in_a_message(),
        // Nothing is quicker than to forget a flow at once.
        Row::fault(&streams::IDLE, "idle:timeout=0s,then=blackhole", Ask, NoAnswer),
        // 64 pieces, with a pause before each but the first.
        transfer(&streams::SLICE, "slice:size=1KiB,pause=4ms", Expected::late(63 * 4)),
        // More than any question or answer has.
        Row::new(&streams::COALESCE, Ask, Expected::late(100)),
        Row::new(&streams::CORRUPT, Ask, Broken),
        Row::fault(&streams::CORRUPT, "corrupt:how=zero", Ask, Broken),
        Row::new(&loss, Ask, NoAnswer),
        limit("limit_bytes:bytes=10kB", CutOff),
        limit("limit_bytes:bytes=10kB,scope=gate", CutOff),
        limit("limit_bytes:bytes=10kB,how=reset", Reset),
        Row::new(&streams::SLOW_CLOSE, Farewell, Expected::late(200)),
    ]
}

// The times above are those of so many bytes.
const _: () = assert!(LARGE == 64 * 1024);

fn transfer(base: &Condition, fault: &'static str, expected: Expected) -> Row<Deed> {
    Row::fault(base, fault, Deed::Transfer, expected)
}

/// On a new connection, all of whose bytes are counted.
fn limit(fault: &'static str, expected: Expected) -> Row<Deed> {
    let base = Condition { phase: Phase::BeforeConnecting, ..streams::LIMIT_BYTES.clone() };
    transfer(&base, fault, expected)
}

#[cfg(test)]
mod tests {
    use chaosgate_trial::{Failure, Sight};

    use super::*;

    fn met_by(answer: &Result<(), Failure>) -> Vec<String> {
        let sight = Sight { answer: answer.clone(), took: std::time::Duration::ZERO };
        let met = conditions().into_iter().filter(|row| row.expected.is_met(&sight));
        met.map(|row| row.to_string()).collect()
    }

    #[test]
    fn a_prompt_answer_shows_nothing_but_that_a_connection_was_replaced() {
        let replaced =
            ["fin", "reset"].map(|how| format!("close-connections (close_connections={how})"));
        assert_eq!(met_by(&Ok(())), replaced);
    }

    #[test]
    fn a_wrong_answer_shows_nothing_but_corruption() {
        let corrupt = ["corrupt (corrupt)", "corrupt (corrupt:how=zero)"];
        assert_eq!(met_by(&Err(Failure::Wrong("2 is not 1".to_owned()))), corrupt);
    }
}
