//! When the socket is read, and how much of it.

mod support;

use chaosgate_faults::virtual_time::{Line, ms};
use chaosgate_faults::{Drop, EntrySpec, Latency, Sink, Slice, Stall};
use support::{rate, slice};

#[test]
fn a_closed_fault_reads_nothing_wherever_it_stands() {
    let latency = EntrySpec::from(Latency::new(ms(10)));
    let mut line = Line::new([latency.clone(), Stall {}.into()]);
    line.feed("0:a 1:b 2:FIN");
    line.advance_to(100);
    assert_eq!((line.chain().room(), line.chain().charge()), (0, 0), "the sender feels it");
    line.set_at(100, [latency, Drop::default().into()]);
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
fn pieces_stay_of_their_size_while_data_waits_behind_small_ones() {
    let paused = Slice { pause: ms(1), ..slice(100) };
    for fault in [EntrySpec::from(paused), rate(100_000).into()] {
        let text = fault.to_string();
        let mut line = Line::new([fault]);
        line.feed(&"0:a ".repeat(2_000));
        line.feed(&format!("0:{}", "b".repeat(100_000)));
        line.finish();
        let bulk = line.delivered().iter().filter(|(_, segment)| segment.len() > 1);
        assert!((1_000..1_100).contains(&bulk.count()), "{text}");
        let small = line.delivered().iter().filter(|(_, segment)| segment.len() == 1);
        assert!((2_000..2_100).contains(&small.count()), "{text}");
    }
}
