//! What is different for datagrams: they are whole, may overtake, and do not end.

use chaosgate_faults::units::{ByteSize, Count, Ratio};
use chaosgate_faults::virtual_time::{Line, ms, run_datagrams};
use chaosgate_faults::{
    At, Bandwidth, Blackhole, BurstLoss, CloseOnData, Coalesce, Corrupt, Drop, Duplicate,
    EntrySpec, FaultList, How, Idle, Latency, Lifetime, LimitBytes, Loss, OnRemoval, Reorder,
    Reset, Scope, Slice, SlowClose, Stall, Then, Transport, Truncate,
};
use std::time::Instant;

fn rate(bytes_per_second: u32) -> Bandwidth {
    Bandwidth::new(bytes_per_second).expect("a rate")
}

/// What a list for such traffic says of this fault.
fn refusal(transport: Transport, fault: impl Into<EntrySpec>) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a list has to be made at some moment")]
    let now = Instant::now();
    let (list, spec) = (FaultList::new(transport), fault.into());
    let refused = list.with(spec.clone(), now).err().map(|error| error.to_string());
    let replaced = list.replaced([spec], now).err().map(|error| error.to_string());
    assert_eq!(refused, replaced);
    refused
}

#[test]
fn what_makes_no_sense_for_datagrams_is_refused_with_the_reason() {
    let reset = "UDP has no reset: a connection ends without a word";
    let whole = "a datagram is delivered whole or not at all";
    let refused: [(EntrySpec, &str); 11] = [
        (Slice::new(1).expect("a size").into(), whole),
        (Coalesce::new(5).into(), "two datagrams never become one"),
        (SlowClose { delay: ms(5) }.into(), "UDP has no end of stream"),
        (Reset::default().into(), reset),
        (CloseOnData { how: How::Reset, ..CloseOnData::default() }.into(), reset),
        (LimitBytes { how: How::Reset, ..LimitBytes::new(5) }.into(), reset),
        (Lifetime { how: How::Reset, ..Lifetime::new(ms(5)) }.into(), reset),
        (Blackhole { how: How::Reset, ..Blackhole::default() }.into(), reset),
        (Blackhole { on_removal: OnRemoval::Reset, ..Blackhole::default() }.into(), reset),
        (Idle { then: Then::Reset, ..Idle::new(ms(5)) }.into(), reset),
        (Reset { after: ms(5), ..Reset::default() }.into(), reset),
    ];
    for (fault, reason) in refused {
        assert_eq!(refusal(Transport::Stream, fault.clone()), None, "{fault}");
        let message = format!("{} does not suit datagrams: {reason}", fault.fault());
        assert_eq!(refusal(Transport::Datagram, fault), Some(message));
    }
}

#[test]
fn what_no_tcp_does_is_refused_for_streams() {
    let refused: [EntrySpec; 5] = [
        BurstLoss::new(0.5, 0.5).expect("ratios").into(),
        Duplicate::new(0.5).expect("a ratio").into(),
        Reorder::new(0.5).expect("a ratio").into(),
        Truncate::new(5).into(),
        Latency { keep_order: false, ..Latency::new(ms(5)) }.into(),
    ];
    for fault in refused {
        assert_eq!(refusal(Transport::Datagram, fault.clone()), None, "{fault}");
        let refusal = refusal(Transport::Stream, fault.clone()).expect("a refusal");
        assert!(refusal.starts_with(&format!("{} does not suit streams: ", fault.fault())));
    }
    let refusal = FaultList::default().updated("x", Truncate::new(5).into(), start());
    assert!(refusal.is_err_and(|error| error.to_string().contains("does not suit streams")));
}

fn start() -> Instant {
    chaosgate_faults::virtual_time::epoch()
}

#[test]
fn what_suits_both_treats_each_datagram_as_a_segment() {
    assert_eq!(run_datagrams([Latency::new(ms(100))], "0:a 1:b 2:"), "100:a 101:b 102:");
    assert_eq!(run_datagrams([Drop::default()], "0:a 1:"), "");
    assert_eq!(run_datagrams([Stall {}], "0:a"), "");
    assert_eq!(run_datagrams([Blackhole::default()], "0:a"), "");
    assert_eq!(run_datagrams([Loss::new(1).expect("a ratio")], "0:a 1:"), "");
    assert_eq!(run_datagrams([Corrupt { ..Corrupt::default() }], "0:"), "0:");
    assert_eq!(run_datagrams([Lifetime::new(ms(5))], "0:a 9:b"), "0:a 5:FIN");
    let late = Idle { at: At::NextData, ..Idle::new(ms(5)) };
    assert_eq!(run_datagrams([late], "0:a 4: 8:b 20:c"), "0:a 4: 8:b 20:FIN");
}

#[test]
fn an_empty_datagram_is_data_too() {
    assert_eq!(run_datagrams([CloseOnData::default()], "0:"), "0:FIN");
    let after = CloseOnData { after: ByteSize::new(2), ..CloseOnData::default() };
    assert_eq!(run_datagrams([after], "0:ab 1:"), "0:ab 1:FIN");
    assert_eq!(run_datagrams([rate(1_000)], "0: 0: 0:ab 0:"), "0: 0: 0:ab 1:");
}

#[test]
fn a_limit_leaves_a_datagram_out_whole_that_does_not_fit() {
    assert_eq!(run_datagrams([LimitBytes::new(5)], "0:abc 1:def 2:g"), "0:abc 1:FIN");
    assert_eq!(run_datagrams([LimitBytes::new(0)], "0:"), "0:FIN");
    assert_eq!(run_datagrams([LimitBytes::new(5)], "0:abc 1:de 2:g"), "0:abc 1:de 1:FIN");
    let after = CloseOnData { after: ByteSize::new(4), ..CloseOnData::default() };
    assert_eq!(run_datagrams([after], "0:abc 1:de"), "0:abc 1:FIN");
}

#[test]
fn a_datagram_larger_than_the_bucket_passes_whole_and_leaves_a_debt() {
    assert_eq!(run_datagrams([rate(1_000)], "0:abcde 1:f 2:g"), "0:abcde 5:f 6:g");
    let burst = Bandwidth { burst: Some(ByteSize::new(3)), ..rate(1_000) };
    assert_eq!(run_datagrams([burst], "0:ab 0:c 0:de 100:f"), "0:ab 0:c 2:de 100:f");
}

#[test]
fn datagrams_that_share_a_rate_take_turns_whole() {
    use chaosgate_faults::Direction::ToServer;
    use chaosgate_faults::virtual_time::Gate;
    let mut gate = Gate::for_datagrams(2);
    gate.set(ToServer, [Bandwidth { scope: Scope::Gate, ..rate(1_000) }]);
    gate.line(1, ToServer).feed("0:abc 0:def 0:ghi");
    gate.line(2, ToServer).feed("0:xy 0:z");
    gate.finish();
    assert_eq!(gate.line(1, ToServer).output(), "0:abc 3:def 8:ghi");
    assert_eq!(gate.line(2, ToServer).output(), "6:xy 11:z");
}

#[test]
fn jitter_may_reorder_where_order_is_not_kept() {
    let jittery = Latency { jitter: ms(50), ..Latency::new(ms(100)) };
    let input: Vec<_> = (0..200).map(|at| format!("{at}:{at}")).collect();
    for (keep_order, is_sorted) in [(true, true), (false, false)] {
        let output = run_datagrams([Latency { keep_order, ..jittery }], &input.join(" "));
        let numbers = output.split(' ').map(|token| {
            let (_, number) = token.split_once(':').expect("a token");
            number.parse::<u32>().expect("a number")
        });
        let mut numbers: Vec<_> = numbers.collect();
        assert_eq!(numbers.is_sorted(), is_sorted);
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(0..200), "none is lost");
    }
}

#[test]
fn what_stands_behind_keeps_the_new_order() {
    let mut line = Line::datagrams([
        EntrySpec::from(Reorder { gap: Some(Count::ONE), ..Reorder::new(1).expect("a ratio") })
            .with_probability(Ratio::ZERO)
            .named("never"),
        Latency { keep_order: false, ..Latency::new(ms(10)) }.into(),
        EntrySpec::from(Latency::new(ms(5))).named("ordered"),
    ]);
    line.feed("0:a 1:b");
    assert_eq!(line.finish(), "15:a 16:b");
}
