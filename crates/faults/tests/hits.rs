//! What counts as a hit.

use chaosgate_faults::units::{ByteRate, ByteSize, NonZeroByteSize};
use chaosgate_faults::virtual_time::{Line, NO_FAULTS, ms};
use chaosgate_faults::{
    Bandwidth, Blackhole, CloseOnData, Drop, Ends, EntrySpec, Latency, Lifetime, LimitBytes,
    OnRemoval, Pass, Reset, Sink, Slice, SlowClose, Stall,
};

/// The hits of one fault alone for this input.
fn hits(fault: impl Into<EntrySpec>, input: &str) -> u64 {
    let fault = fault.into();
    let mut line = Line::new([fault.named("it")]);
    line.feed(input);
    line.advance_to(10_000);
    line.hits("it")
}

fn rate(bytes_per_second: u32) -> Bandwidth {
    let rate = ByteRate::new(bytes_per_second.into()).expect("a rate");
    Bandwidth { burst: Some(ByteSize::new(0)), ..Bandwidth::new(rate) }
}

fn slice(size: u64) -> Slice {
    Slice::new(NonZeroByteSize::new(size).expect("a size"))
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
    assert_eq!(hits(Drop {}, "0:a 5:b 6:FIN"), 2);
    assert_eq!(hits(Blackhole::default(), "0:a 5:b 6:FIN"), 3);
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
fn a_stall_hits_once_when_data_first_waits_wherever_the_stall_stands() {
    for input in ["0:a 1:b", "0:a"] {
        assert_eq!(hits(Stall {}, input), 1);
    }
    assert_eq!(hits(Stall {}, "0:FIN"), 0, "an end is no data");
    let mut line = Line::new([Latency::new(ms(10)).into(), EntrySpec::from(Stall {})]);
    line.feed("0:a 1:b");
    line.advance_to(100);
    assert_eq!((line.hits("stall"), line.hits("latency")), (1, 0), "nobody reads");
    let mut line = Line::new([Stall {}]);
    line.feed("0:a");
    line.set_at(10, [EntrySpec::from(Pass {}), Stall {}.into()]);
    assert_eq!(line.hits("stall"), 1, "the entry stays, and so does its state");
}

#[test]
fn a_closed_fault_reads_nothing_wherever_it_stands() {
    let latency = EntrySpec::from(Latency::new(ms(10)));
    let mut line = Line::new([latency.clone(), Stall {}.into()]);
    line.feed("0:a 1:b 2:FIN");
    line.advance_to(100);
    assert_eq!((line.chain().room(), line.chain().charge()), (0, 0), "the sender feels it");
    line.set_at(100, [latency, Drop {}.into()]);
    assert_eq!(line.finish(), "110:FIN", "what waited is treated by what comes next");
}

#[test]
fn a_blocked_sink_is_felt_through_faults_that_take_little_in() {
    for fault in [EntrySpec::from(rate(1_000)), slice(2).into()] {
        let mut line = Line::new([fault]);
        line.set_sink(Sink::Blocked);
        line.feed(&format!("0:{}", "x".repeat(1_000)));
        line.advance_to(1_000);
        assert_eq!(line.chain().room(), 0);
        assert!(line.chain().held_bytes() <= 128, "{}", line.chain().held_bytes());
        line.set_sink(Sink::Open);
        assert_eq!(line.finish().matches('x').count(), 1_000);
    }
}

#[test]
fn pieces_stay_of_their_size_while_data_waits() {
    let paused = Slice { pause: ms(1), ..slice(4) };
    let mut line = Line::new([paused]);
    line.feed(&format!("0:a 0:b {}", "0:123456789 ".repeat(300)));
    let output = line.finish();
    let pieces = output.split(' ').count();
    assert!(pieces <= 2 + 300 * 3 + 300 * 9 / 128, "{pieces} pieces");
}
