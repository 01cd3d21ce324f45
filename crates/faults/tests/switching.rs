//! What a change of the faults does to connections that are open.

use chaosgate_faults::units::{ByteSize, Ratio};
use chaosgate_faults::virtual_time::{Line, NO_FAULTS, ms, run};
use chaosgate_faults::{
    Bandwidth, Blackhole, CloseOnData, Distribution, Drop, EntrySpec, Latency, Lifetime,
    LimitBytes, OnRemoval, Pass, Reset, Sink, Stall,
};

fn latency(millis: u64) -> EntrySpec {
    Latency::new(ms(millis)).into()
}

fn jittery(name: &str) -> EntrySpec {
    let jitter = Latency { jitter: ms(90), ..Latency::new(ms(100)) };
    EntrySpec::from(jitter).named(name)
}

/// A byte per millisecond.
fn slow() -> EntrySpec {
    Bandwidth { burst: Some(ByteSize::new(0)), ..Bandwidth::new(1000).expect("a rate") }.into()
}

fn lifetime(millis: u64) -> EntrySpec {
    Lifetime::new(ms(millis)).into()
}

#[test]
fn an_unrelated_change_leaves_a_clock_alone() {
    let mut line = Line::new([lifetime(50)]);
    line.set_at(20, [lifetime(50), latency(1)]);
    line.set_at(30, [latency(1).named("other"), lifetime(50).named("lifetime")]);
    assert_eq!(line.finish(), "50:FIN", "a name that is written out is the same name");
}

#[test]
fn an_update_starts_the_clock_of_its_own_entry_anew() {
    let mut line = Line::new([lifetime(50)]);
    line.set_at(20, [lifetime(51)]);
    assert_eq!(line.finish(), "71:FIN");
    let mut line = Line::new([lifetime(50)]);
    line.set_at(20, [lifetime(50).named("another")]);
    assert_eq!(line.finish(), "70:FIN", "another name is another entry");
    let mut line = Line::new([lifetime(50)]);
    line.set_at(20, [lifetime(50).lasting(ms(1000))]);
    assert_eq!(line.finish(), "70:FIN", "`for` is a field like any other");
    let mut line = Line::new([lifetime(50)]);
    line.set_at(20, [lifetime(50).with_probability(Ratio::new(0.999_999).expect("a ratio"))]);
    assert_eq!(line.finish(), "70:FIN", "so is the probability");
}

#[test]
fn what_a_removed_entry_held_goes_on_through_those_behind_it_that_stay() {
    let mut line = Line::new([latency(1000), slow()]);
    line.feed("0:ab 1:c");
    line.set_at(20, [slow()]);
    assert_eq!(line.finish(), "21:a 22:b 23:c");
}

#[test]
fn it_never_meets_a_new_one_wherever_that_stands() {
    for list in [
        vec![Drop::default().into()],
        vec![Drop::default().into(), slow()],
        vec![slow(), Drop::default().into()],
        vec![slow(), Stall {}.into()],
        vec![slow(), Blackhole::default().into()],
    ] {
        let mut line = Line::new([latency(1000), slow()]);
        line.feed("0:ab 30:c");
        line.set_at(20, list.clone());
        let is_kept = list.contains(&slow());
        let expected = if is_kept { "21:a 22:b" } else { "20:ab" };
        assert_eq!(line.finish(), expected, "{list:?}");
    }
}

#[test]
fn what_waits_only_for_the_sink_meets_no_new_fault() {
    for first in [vec![], vec![latency(5)]] {
        let mut line = Line::new(first.clone());
        line.set_sink(Sink::Blocked);
        line.feed("0:a 18:b");
        line.set_at(20, first.into_iter().chain([Drop::default().into()]));
        line.set_sink(Sink::Open);
        line.feed("30:c");
        assert!(line.finish().starts_with("20:a"), "{}", line.output());
    }
}

#[test]
fn neither_does_what_is_under_way_in_an_entry_that_stays() {
    let mut line = Line::new([latency(100)]);
    line.feed("0:a 60:b");
    line.set_at(50, [latency(100), Drop::default().into()]);
    assert_eq!(line.finish(), "100:a");
}

#[test]
fn what_has_not_come_to_an_updated_entry_meets_its_update() {
    let mut line = Line::new([latency(100), LimitBytes::new(10).into()]);
    line.feed("0:a 10:bcd");
    line.set_at(50, [latency(100), LimitBytes::new(3).into()]);
    assert_eq!(line.finish(), "100:a 110:bc 110:FIN");
}

#[test]
fn a_changed_order_treats_nothing_twice() {
    let mut line = Line::new([LimitBytes::new(3).into(), slow()]);
    line.feed("0:ab");
    line.set_at(1, [slow(), LimitBytes::new(3).into()]);
    line.feed("5:cd");
    assert_eq!(line.finish(), "1:a 2:b 6:c 6:FIN", "a and b are counted once");
    let mut line = Line::new([latency(50), lifetime(100)]);
    line.feed("0:a");
    line.set_at(10, [lifetime(100), latency(50)]);
    line.feed("20:b");
    assert_eq!(line.finish(), "50:a 70:b 150:FIN", "the lifetime's end is late");
}

#[test]
fn a_changed_order_keeps_the_state_of_all() {
    let allowing = |bytes| {
        EntrySpec::from(CloseOnData { after: ByteSize::new(bytes), ..CloseOnData::default() })
    };
    let list = [lifetime(50), allowing(3), latency(20)];
    let [lifetime, allowing, latency] = list.clone();
    for order in [
        [latency.clone(), lifetime.clone(), allowing.clone()],
        [allowing.clone(), latency.clone(), lifetime.clone()],
        [latency, allowing, lifetime],
    ] {
        let mut line = Line::new(list.clone());
        line.feed("0:ab");
        line.set_at(10, order.clone());
        assert_eq!(line.output(), "", "nothing is let go of");
        let mut closing = line;
        closing.feed("12:cd");
        assert!(closing.finish().starts_with("20:ab "), "{}", closing.output());
        assert_eq!(closing.bytes(), b"abc", "two of three had passed, in {order:?}");
        let mut line = Line::new(list.clone());
        line.set_at(10, order);
        assert!(["50:FIN", "70:FIN"].contains(&line.finish().as_str()), "{}", line.output());
    }
}

#[test]
fn a_fault_that_is_moved_and_moved_back_works_while_its_old_self_is_still_leaving() {
    let mut line = Line::new([latency(50), slow()]);
    line.feed(&format!("0:{}", "x".repeat(60)));
    line.set_at(49, [slow(), latency(50)]);
    line.set_at(50, [latency(50), slow()]);
    line.feed("51:z");
    assert!(line.finish().ends_with(" 102:z"), "{}", line.output());
}

#[test]
fn an_update_flushes_and_keeps_the_byte_count() {
    let mut line = Line::new([latency(1000), LimitBytes::new(100).into()]);
    line.feed("0:abc");
    line.set_at(10, [latency(2000), LimitBytes::new(100).into()]);
    assert_eq!(line.output(), "10:abc");
    line.set_at(20, [LimitBytes::new(5)]);
    line.set_at(30, [LimitBytes::new(6)]);
    line.feed("40:defg");
    assert_eq!(line.finish(), "10:abc 40:def 40:FIN", "over several updates");
}

#[test]
fn a_removed_and_newly_set_entry_counts_anew() {
    let mut line = Line::new([LimitBytes::new(3)]);
    line.feed("0:ab");
    line.set_at(5, NO_FAULTS);
    line.set_at(6, [LimitBytes::new(3)]);
    line.feed("10:cdef");
    assert_eq!(line.finish(), "0:ab 10:cde 10:FIN");
}

#[test]
fn a_name_that_another_type_takes_is_an_update() {
    let named = |fault: EntrySpec| fault.named("it");
    let mut line = Line::new([named(LimitBytes::new(100).into())]);
    line.feed("0:abc");
    line.set_at(5, [named(latency(10))]);
    line.feed("6:d");
    line.set_at(50, [named(LimitBytes::new(6).into())]);
    line.feed("60:efgh");
    assert_eq!(line.finish(), "0:abc 16:d 60:ef 60:FIN", "the count goes on");
}

#[test]
fn an_update_is_no_removal() {
    let closing = Blackhole { on_removal: OnRemoval::Reset, ..Blackhole::default() };
    let mut line = Line::new([closing]);
    line.feed("0:a");
    line.set_at(5, [Blackhole { close_after: Some(ms(10)), ..closing }]);
    assert_eq!(line.finish(), "15:FIN");
    let mut line = Line::new([EntrySpec::from(closing), Pass {}.into()]);
    line.set_at(5, [Pass {}.into(), EntrySpec::from(closing)]);
    assert_eq!(line.chain().closed(), None, "nor is a changed order");
}

#[test]
fn an_entry_ends_by_itself_at_the_exact_time_and_lets_go_of_what_it_held() {
    let mut line = Line::new([latency(1000).lasting(ms(30)), slow()]);
    line.feed("0:a 10:b 30:c 40:d");
    assert_eq!(line.finish(), "31:a 32:b 33:c 41:d");
    let stalled = EntrySpec::from(Stall {}).lasting(ms(30));
    assert_eq!(run([stalled], "0:a 5:FIN"), "30:a 30:FIN");
    let mut late = Line::new([latency(10).lasting(ms(30))]);
    late.set_at(20, [latency(10).lasting(ms(30)), Pass {}.into()]);
    late.feed("29:a 31:b");
    assert_eq!(late.finish(), "30:a 31:b", "an unrelated change does not prolong it");
}

#[test]
fn an_unrelated_change_changes_no_draw() {
    let feed: Vec<_> = (0..50).map(|at| format!("{}:x", at * 300)).collect();
    let input = feed.join(" ");
    let undisturbed = run([jittery("slow")], &input);
    let normal =
        Latency { distribution: Distribution::Normal, jitter: ms(1), ..Latency::new(ms(0)) };
    let mut line = Line::new([jittery("slow")]);
    line.feed(&input);
    line.set_at(3_000, [EntrySpec::from(Pass {}), jittery("slow")]);
    line.set_at(
        6_000,
        [jittery("slow"), EntrySpec::from(Reset { after: ms(99_999_999), ..Reset::default() })],
    );
    line.set_at(9_000, [EntrySpec::from(normal).lasting(ms(0)), jittery("slow")]);
    line.set_at(14_990, [jittery("slow")]);
    assert_eq!(line.finish(), undisturbed);
}
