//! A fault acts from its moment on, to the byte, and as often as it may.

use std::time::Instant;

use chaosgate_faults::virtual_time::{Gate, Line, epoch, ms};
use chaosgate_faults::{Direction::ToServer, EntrySpec, Segment};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// When a drop acts, in a way that a model can follow.
#[derive(Debug, Clone)]
struct Plan {
    after: usize,
    /// The pattern is a literal.
    on: Option<&'static str>,
    every: usize,
    span: Up,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Up {
    Rest,
    Match,
    Bytes(usize),
}

impl Plan {
    fn drop(&self) -> EntrySpec {
        let on = self.on.map(|on| format!(",on={on},nth=every {}", self.every)).unwrap_or_default();
        let span = match self.span {
            Up::Rest => "rest".to_owned(),
            Up::Match => "match".to_owned(),
            Up::Bytes(bytes) => bytes.to_string(),
        };
        let text = format!("drop:after_bytes={}{on},span={span}", self.after);
        text.parse().expect("a fault")
    }

    /// Which of the bytes are dropped.
    fn dropped(&self, bytes: &[u8]) -> Vec<bool> {
        let mut dropped = vec![false; bytes.len()];
        let (mut at, mut matches) = (self.after, 0);
        while at < bytes.len() {
            let (begin, end) = match self.on {
                None => (at, at),
                Some(on) => {
                    let mut places = (at + on.len()..=bytes.len()).map(|end| end - on.len());
                    let found = places.find(|place| bytes[*place..].starts_with(on.as_bytes()));
                    let Some(begin) = found else { break };
                    (begin, begin + on.len())
                }
            };
            matches += 1;
            if self.on.is_some() && matches % self.every != 0 {
                at = end;
                continue;
            }
            let (from, to) = match self.span {
                Up::Rest => (end, bytes.len()),
                Up::Match => (begin, end),
                Up::Bytes(bytes) => (end, end + bytes),
            };
            let to = to.min(bytes.len());
            dropped[from.min(to)..to].fill(true);
            if self.on.is_none() {
                break;
            }
            at = to;
        }
        dropped
    }
}

fn plan() -> impl Strategy<Value = Plan> {
    let on = option::of(select(vec!["a", "ab", "aab", "abab"]));
    let up = prop_oneof![Just(Up::Rest), Just(Up::Match), (1..20_usize).prop_map(Up::Bytes),];
    (0..30_usize, on, 1..4_usize, up).prop_map(|(after, on, every, span)| {
        let span = if on.is_none() && span == Up::Match { Up::Rest } else { span };
        Plan { after, on, every, span }
    })
}

/// Reads of few bytes, each so many milliseconds after the one before.
fn reads() -> impl Strategy<Value = Vec<(u64, Vec<u8>)>> {
    let bytes = prop::collection::vec(select(b"aabc".to_vec()), 1..12);
    prop::collection::vec((0..3_u64, bytes), 0..12)
}

/// Each byte with the moment at which it comes.
fn moments<'a>(segments: impl Iterator<Item = (Instant, &'a [u8])>) -> Vec<(Instant, u8)> {
    segments.flat_map(|(at, bytes)| bytes.iter().map(move |byte| (at, *byte))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_comes_outside_passes_to_the_byte_and_in_time(plan in plan(), reads in reads()) {
        let mut line = Line::new([plan.drop()]);
        let (mut at, mut sent) = (epoch(), Vec::new());
        for (pause, bytes) in &reads {
            at += ms(*pause);
            sent.push((at, &bytes[..]));
            line.send(at, Segment::Data(bytes.clone().into()));
        }
        line.send(at, Segment::Fin);
        line.finish();
        let sent = moments(sent.into_iter());
        let dropped = plan.dropped(&sent.iter().map(|(_, byte)| *byte).collect::<Vec<_>>());
        let outside: Vec<_> =
            sent.iter().zip(&dropped).filter(|(_, dropped)| !**dropped).map(|(sent, _)| *sent).collect();
        let out = moments(line.delivered().iter().filter_map(|(at, segment)| match segment {
            Segment::Data(bytes) => Some((*at, &bytes[..])),
            _ => None,
        }));
        if plan.span == Up::Match {
            let text = |bytes: &[(Instant, u8)]| -> Vec<u8> { bytes.iter().map(|(_, byte)| *byte).collect() };
            prop_assert_eq!(text(&out), text(&outside));
            for ((came, _), (went, _)) in outside.iter().zip(&out) {
                prop_assert!(came <= went && *went <= *came + ms(1000));
            }
        } else {
            prop_assert_eq!(out, outside);
        }
        prop_assert!(line.delivered().last().is_some_and(|(at_end, end)| *end == Segment::Fin && *at_end == at));
    }

    #[test]
    fn no_more_is_held_for_a_match_than_it_may_have(reads in reads(), most in 1..6_usize) {
        let entry = format!("drop:on=(?s)a.*z,span=match,match_size={most}B");
        let mut line = Line::new([entry.parse::<EntrySpec>().expect("a fault")]);
        for (_, bytes) in reads {
            line.send_now(Segment::Data(bytes.into()));
            line.advance_to(0);
            prop_assert!(line.chain().held_bytes() <= most);
        }
    }

    #[test]
    fn it_acts_exactly_so_often_over_all_connections(
        times in 1..6_u64,
        streams in prop::collection::vec(reads(), 1..4),
    ) {
        let mut gate = Gate::new(streams.len());
        let fault = format!("drop:on=ab,span=match,times={times}").parse::<EntrySpec>();
        gate.set(ToServer, [fault.expect("a fault")]);
        let mut matches = 0;
        for (number, reads) in (1..).zip(&streams) {
            let text: Vec<u8> = reads.iter().flat_map(|(_, bytes)| bytes.clone()).collect();
            matches += text.windows(2).filter(|two| *two == b"ab").count() as u64;
            let line = gate.line(number, ToServer);
            let mut at = epoch();
            for (pause, bytes) in reads {
                at += ms(*pause);
                line.send(at, Segment::Data(bytes.clone().into()));
            }
        }
        gate.finish();
        let sent: usize = streams.iter().flatten().map(|(_, bytes)| bytes.len()).sum();
        let came: usize = (1..=streams.len()).map(|number| gate.line(number, ToServer).bytes().len()).sum();
        prop_assert_eq!((sent - came) as u64, 2 * matches.min(times));
    }
}
