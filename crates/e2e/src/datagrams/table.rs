//! The list of what can go wrong with datagrams, and what a client must see of it.

use std::time::Duration;

use chaosgate::{Accepting, How};

use super::{
    Condition,
    Expected::{self, Answered, Broken, Ended, NoAnswer, Refused},
    Probe::{self, FiveQuestions, LargeQuestion, Question, Unanswered},
};
use crate::Cause;

/// Every condition that a gate for datagrams can bring about.
pub fn conditions() -> Vec<Condition> {
    let accepting = |slug, accepting, expected| {
        let cause = Cause::Accepting(accepting);
        Condition { slug, cause, probe: Question, expected }
    };
    let call = |probe, expected| {
        let cause = Cause::Call(How::Fin);
        Condition { slug: "close-connections", cause, probe, expected }
    };
    vec![
        accepting("no-accept", Accepting::Hold, NoAnswer),
        accepting("refuse", Accepting::Refuse, Refused),
        call(Unanswered, NoAnswer),
        call(Question, Answered),
        fault("stall", "stall", Question, NoAnswer),
        fault("drop", "drop", Question, NoAnswer),
        fault("blackhole", "blackhole", Question, NoAnswer),
        fault("blackhole", "blackhole:close_after=50ms", Question, Ended),
        fault("close-on-data", "close_on_data", Question, Ended),
        fault("latency", "latency:delay=150ms", Question, late(150)),
        fault(
            "latency",
            "latency:delay=150ms,jitter=50ms,keep_order=false",
            FiveQuestions,
            late(100),
        ),
        // A question for an address has 31 bytes at least, and its answer more. Four more wait for the first.
        fault("bandwidth", "bandwidth:rate=1kB/s,scope=gate", FiveQuestions, late(4 * 31)),
        fault("lifetime", "lifetime:timeout=50ms", Unanswered, Ended),
        fault("idle", "idle:timeout=50ms", Unanswered, Ended),
        // Nothing is quicker than to forget a flow at once.
        fault("idle", "idle:timeout=0s,then=blackhole", Question, NoAnswer),
        fault("corrupt", "corrupt", Question, Broken),
        fault("corrupt", "corrupt:how=zero", Question, Broken),
        fault("loss", "loss:ratio=1", Question, NoAnswer),
        fault("burst-loss", "burst_loss:good_to_bad=1,bad_to_good=0", Question, NoAnswer),
        fault("duplicate", "duplicate:ratio=1,copies=3", Question, Answered),
        // Each question comes from a port of its own, so nothing overtakes it.
        fault("reorder", "reorder:ratio=1,delay=150ms", Question, late(150)),
        fault("truncate", "truncate:size=20B", Question, Broken),
        fault("truncate", "truncate:size=20B,how=drop", Question, NoAnswer),
        fault("truncate", "truncate:size=512B", LargeQuestion, Broken),
        fault("truncate", "truncate:size=512B,how=drop", LargeQuestion, NoAnswer),
        // Less than any question or answer has.
        fault("limit-bytes", "limit_bytes:bytes=20B", Question, Ended),
        fault("limit-bytes", "limit_bytes:bytes=20B,scope=gate", Question, Ended),
    ]
}

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
    fn a_prompt_answer_shows_nothing_but_what_does_no_harm() {
        let harmless = ["close-connections, idle", "duplicate (duplicate:ratio=1,copies=3)"];
        assert_eq!(met_by(&Ok(())), harmless);
    }

    #[test]
    fn a_wrong_answer_shows_nothing_but_corruption_and_cuts() {
        let met = met_by(&Err(Failure::Wrong("2 is not 1".to_owned())));
        assert!(met.iter().all(|met| met.starts_with("corrupt") || met.starts_with("truncate")));
        assert_eq!(met.len(), 4);
    }
}
