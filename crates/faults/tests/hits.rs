//! What counts as a hit.

mod support;

use chaosgate_faults::virtual_time::{Line, NO_FAULTS, ms};
use chaosgate_faults::{
    Blackhole, CloseOnData, Drop, Ends, EntrySpec, Latency, Lifetime, LimitBytes, OnRemoval, Pass,
    Reset, SlowClose, Stall, Unsent,
};
use support::{rate, slice};

/// The hits of one fault alone for this input.
fn hits(fault: impl Into<EntrySpec>, input: &str) -> u64 {
    let fault = fault.into();
    let mut line = Line::new([fault.named("it")]);
    line.feed(input);
    line.advance_to(10_000);
    line.hits("it")
}

#[test]
fn a_segment_that_leaves_later_is_one() {
    let latency = Latency::new(ms(10));
    assert_eq!(hits(latency, "0:a 5:b 6:FIN"), 3);
    assert_eq!(hits(Latency { end: false, ..latency }, "0:a 5:b 6:FIN"), 2);
    assert_eq!(hits(Latency::new(ms(0)), "0:a 5:b 6:FIN"), 0);
    assert_eq!(hits(rate(1000), "0:abc 100:d 200:FIN"), 2, "not one for each piece");
    assert_eq!(hits(SlowClose { delay: ms(10) }, "0:a 5:FIN"), 1);
    assert_eq!(hits(SlowClose { delay: ms(0) }, "0:a 5:FIN"), 0);
}

#[test]
fn a_segment_that_does_not_leave_is_one() {
    assert_eq!(hits(Drop::default(), "0:a 5:b 6:FIN"), 2);
    let discards = Blackhole { data: Some(Unsent::Discard), ..Blackhole::default() };
    assert_eq!(hits(discards, "0:a 5:b 6:FIN"), 3);
    assert_eq!(hits(Blackhole { ends: Ends::Pass, ..Blackhole::default() }, "0:a 5:FIN"), 1);
}

#[test]
fn a_segment_that_is_cut_is_one() {
    assert_eq!(hits(slice(2), "0:abcde 5:ab 6:abc 7:FIN"), 2);
}

#[test]
fn a_close_is_one_when_it_comes() {
    assert_eq!(hits(LimitBytes::new(3), "0:ab"), 0);
    assert_eq!(hits(LimitBytes::new(3), "0:ab 1:cd 2:e"), 1);
    assert_eq!(hits(CloseOnData::default(), "5:FIN"), 0);
    assert_eq!(hits(CloseOnData::default(), "0:a 1:b"), 1);
    assert_eq!(hits(Lifetime::new(ms(20)), "0:a 30:b"), 1);
    assert_eq!(hits(Lifetime::new(ms(20_000)), "0:a"), 0);
    assert_eq!(hits(Reset { after: ms(20), ..Reset::default() }, "0:a 30:b"), 1);
    assert_eq!(hits(Blackhole { close_after: Some(ms(20)), ..Blackhole::default() }, ""), 1);
    let closing = Blackhole { on_removal: OnRemoval::Fin, ..Blackhole::default() };
    let mut line = Line::new([closing]);
    line.set_at(5, NO_FAULTS);
    assert_eq!(line.hits("blackhole"), 1);
}

#[test]
fn what_takes_nothing_hits_once_when_data_first_waits_wherever_it_stands() {
    for fault in [EntrySpec::from(Stall {}), Blackhole::default().into()] {
        for input in ["0:a 1:b", "0:a"] {
            assert_eq!(hits(fault.clone(), input), 1);
        }
        assert_eq!(hits(fault, "0:FIN"), 0, "an end is no data");
    }
    let mut line = Line::new([Latency::new(ms(10)).into(), EntrySpec::from(Stall {})]);
    line.feed("0:a 1:b");
    line.advance_to(100);
    assert_eq!((line.hits("stall"), line.hits("latency")), (1, 0), "nobody reads");
    let mut line = Line::new([Stall {}]);
    line.feed("0:a");
    line.set_at(10, [EntrySpec::from(Pass {}), Stall {}.into()]);
    assert_eq!(line.hits("stall"), 1, "the entry stays, and so does its state");
}
