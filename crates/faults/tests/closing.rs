//! How faults end a connection: what still arrives, and what does not.

use std::time::Instant;

use chaosgate_faults::virtual_time::{Line, NO_FAULTS, ms, run};
use chaosgate_faults::{
    Blackhole, Chain, CloseOnData, Closing, Ends, EntrySpec, FaultList, How, Latency, Lifetime,
    LimitBytes, OnRemoval, Reset, Segment, Sink, SlowClose, Stall, Unsent,
};

fn latency(millis: u64) -> EntrySpec {
    Latency::new(ms(millis)).into()
}

fn limit(bytes: u64, how: How) -> EntrySpec {
    LimitBytes { how, ..LimitBytes::new(bytes) }.into()
}

/// What the line's chain says of its end: by whom, and how.
fn closed(line: &Line) -> Option<(&str, Closing)> {
    line.chain().closed().map(|closed| (closed.by.as_str(), closed.closing))
}

#[test]
fn what_had_left_the_fault_is_delivered_when_due_and_what_stands_before_it_is_discarded() {
    for (how, end) in [(How::Fin, "FIN"), (How::Reset, "RST")] {
        let mut line = Line::new([latency(10).named("before"), limit(2, how), latency(100)]);
        line.feed("0:ab 1:cd 2:ef");
        assert_eq!(line.finish(), format!("110:ab 110:{end}"));
        assert_eq!(closed(&line), Some(("limit_bytes", Closing::InOrder(how))));
        assert_eq!(line.chain().charge(), 0, "nothing is left");
    }
}

#[test]
fn nothing_is_taken_in_after_a_close() {
    let mut line = Line::new([limit(1, How::Fin), latency(100)]);
    line.feed("0:abc 1:d 2:FIN");
    line.advance_to(50);
    assert_eq!(line.chain().room(), 0);
    assert_eq!(line.finish(), "100:a 100:FIN");
}

#[test]
fn every_closing_fault_closes_in_order_with_fin() {
    let after = |millis| Blackhole { close_after: Some(ms(millis)), ..Blackhole::default() };
    let closing: [(EntrySpec, &str); 5] = [
        (limit(1, How::Fin), "150:a 150:FIN"),
        (CloseOnData::default().into(), "150:FIN"),
        (Lifetime::new(ms(60)).into(), "150:a 155:b 160:FIN"),
        (after(20).into(), "120:FIN"),
        (Blackhole { ends: Ends::Pass, ..after(20) }.into(), "120:FIN"),
    ];
    for (fault, output) in closing {
        let text = fault.to_string();
        assert_eq!(run([fault, latency(100)], "50:a 55:b 70:c"), output, "{text}");
    }
}

#[test]
fn a_reset_by_a_clock_discards_what_is_under_way() {
    let closing: [EntrySpec; 3] = [
        Reset { after: ms(20), ..Reset::default() }.into(),
        Lifetime { how: How::Reset, ..Lifetime::new(ms(20)) }.into(),
        Blackhole { close_after: Some(ms(20)), how: How::Reset, ..Blackhole::default() }.into(),
    ];
    for fault in closing {
        let mut line = Line::new([fault.named("it"), latency(100)]);
        line.feed("0:a 1:b 30:c");
        assert_eq!(line.finish(), "");
        assert_eq!(closed(&line), Some(("it", Closing::AtOnce)));
        assert_eq!(line.now_ms(), 20);
        assert_eq!(line.chain().charge(), 0, "what was under way is gone");
    }
}

#[test]
fn after_a_reset_nothing_comes_out_even_if_only_the_sink_kept_it_waiting() {
    let mut line = Line::new([Reset { after: ms(20), ..Reset::default() }]);
    line.set_sink(Sink::Blocked);
    line.feed("0:a 1:b");
    line.advance_to(30);
    line.set_sink(Sink::Open);
    assert_eq!(line.finish(), "");
}

#[test]
fn a_second_close_further_down_ends_what_the_first_had_let_go() {
    let mut line = Line::new([limit(3, How::Reset), latency(10), limit(2, How::Fin)]);
    line.feed("0:a 1:b 2:c");
    line.advance_to(5);
    assert_eq!(closed(&line), Some(("limit_bytes", Closing::InOrder(How::Reset))));
    assert_eq!(line.finish(), "10:a 11:b 11:FIN");
    assert_eq!(closed(&line), Some(("limit_bytes-2", Closing::InOrder(How::Fin))));
    assert_eq!((line.hits("limit_bytes"), line.hits("limit_bytes-2")), (1, 1));
    assert_eq!(line.chain().charge(), 0, "the first one's reset is gone");
}

#[test]
fn a_reset_at_once_takes_the_place_of_a_close_in_order() {
    let reset = Reset { after: ms(20), ..Reset::default() };
    let mut line = Line::new([limit(1, How::Fin), latency(100), reset.into()]);
    line.feed("0:a");
    line.advance_to(10);
    assert_eq!(closed(&line), Some(("limit_bytes", Closing::InOrder(How::Fin))));
    assert_eq!(line.finish(), "");
    assert_eq!(closed(&line), Some(("reset", Closing::AtOnce)));
}

#[test]
fn a_close_in_order_survives_the_removal_of_its_fault() {
    let mut line = Line::new([limit(1, How::Reset), latency(100)]);
    line.feed("0:a");
    line.set_at(10, NO_FAULTS);
    assert_eq!(line.finish(), "10:a 10:RST");
    let spec = Blackhole { on_removal: OnRemoval::Reset, ..Blackhole::default() };
    let closes = Blackhole { close_after: Some(ms(5)), ..spec };
    let mut line = Line::new([EntrySpec::from(closes), latency(100)]);
    line.set_at(10, [latency(100)]);
    assert_eq!(line.finish(), "105:FIN", "it has closed already, and does so only once");
}

#[test]
fn a_fault_that_is_set_after_the_close_does_not_meet_the_connection() {
    let mut line = Line::new([limit(1, How::Fin), latency(100)]);
    line.feed("0:a");
    line.set_at(10, [limit(1, How::Fin), latency(100), Reset::default().into()]);
    assert_eq!(line.finish(), "100:a 100:FIN");
}

#[test]
fn where_two_faults_close_at_their_removal_the_reset_counts() {
    let closing = |on_removal| Blackhole { on_removal, ..Blackhole::default() };
    for ways in [[OnRemoval::Fin, OnRemoval::Reset], [OnRemoval::Reset, OnRemoval::Fin]] {
        let mut line = Line::new(ways.map(closing));
        line.set_at(5, NO_FAULTS);
        assert_eq!(line.finish(), "");
        assert_eq!(closed(&line).map(|(_, closing)| closing), Some(Closing::AtOnce));
    }
}

/// A chain without a line around it, and the moment 0.
fn chain(faults: impl IntoIterator<Item = EntrySpec>) -> (Chain, Instant) {
    let mut origin = None;
    Line::with_origin(NO_FAULTS, |given| origin = Some(given.clone()));
    let origin = origin.expect("an origin");
    let now = origin.connected;
    let list = FaultList::default().replaced(faults, now).expect("a list");
    let mut chain = Chain::new(origin, now);
    chain.switch(&list, now);
    (chain, now)
}

#[test]
fn what_came_though_there_was_no_room_is_discarded_too() {
    let (mut chain, now) =
        chain([Stall {}.into(), Reset { after: ms(5), ..Reset::default() }.into()]);
    chain.push(Segment::Data("a".into()), now);
    assert_eq!((chain.poll(now, Sink::Open), chain.held_bytes()), (None, 1));
    assert_eq!((chain.poll(now + ms(5), Sink::Open), chain.held_bytes()), (None, 0));
}

#[test]
fn a_close_from_the_other_direction_releases_all_data_in_order() {
    let (mut chain, now) = chain([latency(1), latency(10)]);
    for (at, text) in [(0, "a"), (1, "b"), (2, "c"), (4, "d")] {
        chain.push(Segment::Data(text.into()), now + ms(at));
        assert_eq!(chain.poll(now + ms(at), Sink::Open), None);
    }
    chain.push(Segment::Data("e".into()), now + ms(4));
    chain.push(Segment::Fin, now + ms(4));
    chain.let_go();
    let released: Vec<_> = std::iter::from_fn(|| chain.poll(now + ms(4), Sink::Open)).collect();
    assert_eq!(released, ["a", "b", "c", "d", "e"].map(|text| Segment::Data(text.into())));
    assert_eq!((chain.charge(), chain.room()), (0, 0));
}

#[test]
fn a_reset_of_the_peer_travels_in_order() {
    assert_eq!(run([latency(100)], "0:a 10:RST"), "100:a 110:RST");
    let short = Latency { end: false, ..Latency::new(ms(100)) };
    assert_eq!(run([short], "0:a 10:RST"), "100:a 100:RST");
    assert_eq!(run([SlowClose { delay: ms(50) }], "0:a 10:RST"), "0:a 10:RST");
}

#[test]
fn a_healed_blackhole_delivers_the_end_that_waited_behind_what_it_did_not_discard() {
    let discards = Blackhole { data: Some(Unsent::Discard), ..Blackhole::default() };
    for end in ["FIN", "RST"] {
        for (blackhole, comes) in [(Blackhole::default(), "150:a 150:b "), (discards, "")] {
            let mut line = Line::new([blackhole.into(), latency(100)]);
            line.feed(&format!("0:a 1:b 3:{end}"));
            line.set_at(50, [latency(100)]);
            let expected = format!("{comes}150:{end}");
            assert_eq!(line.finish(), expected, "through the latency that stays");
        }
    }
}

#[test]
fn only_a_blackhole_keeps_a_reset_from_overtaking() {
    let lets = |fault: EntrySpec| Line::new([fault]).chain().lets_reset_overtake();
    assert!(lets(latency(100)) && lets(Stall {}.into()) && lets(limit(1, How::Fin)));
    assert!(!lets(Blackhole::default().into()));
    assert!(lets(Blackhole { ends: Ends::Pass, ..Blackhole::default() }.into()));
    let mut line = Line::new([Blackhole::default()]);
    line.set(NO_FAULTS);
    assert!(line.chain().lets_reset_overtake(), "healed");
}
