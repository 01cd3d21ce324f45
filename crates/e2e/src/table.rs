//! The one list of what can go wrong and what a client must see of it.

use std::time::Duration;

use chaosgate::{Accepting, How};

use crate::{
    Cause, Condition,
    Expected::{self, Broken, Closed, CutOff, Gone, Refused, Replaced, Reset, TimedOut},
    Probe::{self, Farewell, HeldQuestion, Question, Transfer},
    payload::LARGE,
};

/// Every condition that a gate can bring about.
pub fn conditions() -> Vec<Condition> {
    let accepting = |slug, accepting, expected| {
        let cause = Cause::Accepting(accepting);
        Condition { slug, cause, probe: Question, expected }
    };
    let call = |how, probe, expected| {
        let cause = Cause::Call(how);
        Condition { slug: "close-connections", cause, probe, expected }
    };
    vec![
        accepting("no-accept", Accepting::Hold, TimedOut),
        accepting("refuse", Accepting::Refuse, Refused),
        accepting("reset", Accepting::Reset, Gone),
        accepting("mute", Accepting::Mute, TimedOut),
        accepting("connect-timeout", Accepting::Timeout, TimedOut),
        call(How::Fin, HeldQuestion, Closed),
        call(How::Reset, HeldQuestion, Reset),
        call(How::Fin, Question, Replaced),
        call(How::Reset, Question, Replaced),
        fault("stall", "stall", Question, TimedOut),
        fault("drop", "drop", Question, TimedOut),
        fault("blackhole", "blackhole", Question, TimedOut),
        fault("close-on-data", "close_on_data", Question, Closed),
        fault("close-on-data", "close_on_data:how=reset", Question, Reset),
        fault("reset", "reset:since=first_data", Question, Reset),
        fault("latency", "latency:delay=150ms", Question, late(150)),
        // The least that Pareto's distribution gives is 0.58 of the jitter less than the delay.
        fault(
            "latency",
            "latency:delay=150ms,jitter=50ms,distribution=pareto,correlation=0.5",
            Question,
            late(121),
        ),
        // 64 KiB take a quarter of a second, and without a burst the last byte leaves no sooner.
        fault("bandwidth", "bandwidth:rate=256KiB/s,burst=0B", Transfer, late(250)),
        fault("bandwidth", "bandwidth:rate=256KiB/s,burst=0B,scope=gate", Transfer, late(250)),
        fault("lifetime", "lifetime:timeout=200ms", HeldQuestion, Closed),
        fault("idle", "idle:timeout=200ms", HeldQuestion, Closed),
        fault("idle", "idle:timeout=200ms,of=this,then=reset", HeldQuestion, Reset),
        // Nothing is quicker than to forget a flow at once.
        fault("idle", "idle:timeout=0s,then=blackhole", Question, TimedOut),
        // 64 pieces, with a pause before each but the first.
        fault("slice", "slice:size=1KiB,pause=4ms", Transfer, late(63 * 4)),
        // More than any question or answer has.
        fault("coalesce", "coalesce:size=1MB,max_wait=200ms", Question, late(200)),
        fault("corrupt", "corrupt", Question, Broken),
        fault("corrupt", "corrupt:how=zero", Question, Broken),
        fault("loss", "loss:ratio=1", Question, TimedOut),
        fault("limit-bytes", "limit_bytes:bytes=10kB", Transfer, CutOff),
        fault("limit-bytes", "limit_bytes:bytes=10kB,scope=gate", Transfer, CutOff),
        fault("limit-bytes", "limit_bytes:bytes=10kB,how=reset", Transfer, Reset),
        fault("slow-close", "slow_close:delay=300ms", Farewell, late(300)),
    ]
}

// The times above are those of so many bytes.
const _: () = assert!(LARGE == 64 * 1024);

fn late(millis: u64) -> Expected {
    Expected::Late(Duration::from_millis(millis))
}

fn fault(slug: &'static str, written: &str, probe: Probe, expected: Expected) -> Condition {
    let spec = written.parse().unwrap_or_else(|error| panic!("{slug}: {error}"));
    Condition { slug, cause: Cause::Fault(spec), probe, expected }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Failure, Sight};

    fn met_by(outcome: &Result<(), Failure>) -> Vec<String> {
        let sight = Sight { outcome: outcome.clone(), took: Duration::ZERO };
        let met = conditions().into_iter().filter(|condition| condition.expected.is_met(&sight));
        met.map(|condition| condition.to_string()).collect()
    }

    #[test]
    fn a_prompt_answer_shows_nothing_but_that_a_connection_was_replaced() {
        let replaced = ["close-connections (fin) idle", "close-connections (reset) idle"];
        assert_eq!(met_by(&Ok(())), replaced);
    }

    #[test]
    fn a_wrong_answer_shows_nothing_but_corruption() {
        let corrupt = ["corrupt (corrupt)", "corrupt (corrupt:how=zero)"];
        assert_eq!(met_by(&Err(Failure::Wrong("2 is not 1".to_owned()))), corrupt);
    }
}
