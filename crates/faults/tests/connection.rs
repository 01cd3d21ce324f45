//! A connection: what happens in one direction when something happens in the other.

use chaosgate_faults::Direction::{ToClient, ToServer};
use chaosgate_faults::units::ByteSize;
use chaosgate_faults::virtual_time::{Connection, NO_FAULTS, ms};
use chaosgate_faults::{
    At, Bandwidth, Blackhole, CloseOnData, Coalesce, Corrupt, Drop, Ends, EntrySpec, How, Idle,
    Latency, Lifetime, LimitBytes, OnRemoval, Reset, Sink, Slice, Stall, Then,
};

fn latency(millis: u64) -> EntrySpec {
    Latency::new(ms(millis)).into()
}

fn limit(bytes: u64, how: How) -> EntrySpec {
    LimitBytes { how, ..LimitBytes::new(bytes) }.into()
}

fn allow(bytes: u64) -> EntrySpec {
    CloseOnData { after: ByteSize::new(bytes), ..CloseOnData::default() }.into()
}

fn reset_after(millis: u64) -> EntrySpec {
    Reset { after: ms(millis), ..Reset::default() }.into()
}

#[test]
fn without_faults_each_direction_passes_and_ends_on_its_own() {
    let mut connection = Connection::new(NO_FAULTS, NO_FAULTS);
    connection.feed("0:>a 5:<b 10:>FIN 20:<c 30:<FIN");
    assert_eq!(connection.finish(), "0:>a 5:<b 10:>FIN 20:<c 30:<FIN");
    assert_eq!(connection.ended(), "fin by the client");
}

#[test]
fn a_reset_of_a_peer_ends_both_directions() {
    let mut connection = Connection::new([latency(50)], NO_FAULTS);
    connection.feed("0:>a 1:<b 2:>RST 30:<c");
    assert_eq!(connection.finish(), "1:<b 30:<c 50:>a 52:>RST");
    assert_eq!(connection.ended(), "reset by the client");
}

#[test]
fn a_reset_overtakes_what_nobody_reads_unless_a_fault_keeps_it() {
    let mut stalled = Connection::new([Stall {}], [latency(50)]);
    stalled.feed("0:>a 0:<b 10:>RST");
    assert_eq!(stalled.finish(), "");
    assert_eq!((stalled.ended().as_str(), stalled.now_ms()), ("reset by the client", 10));
    let mut kept =
        Connection::new([EntrySpec::from(Blackhole::default()), Stall {}.into()], NO_FAULTS);
    kept.feed("0:>a 10:>RST 20:<b");
    assert_eq!(kept.finish(), "20:<b");
    assert_eq!(kept.ended(), "open");
}

#[test]
fn a_fault_that_closes_in_order_ends_the_other_direction_by_fin() {
    let mut connection = Connection::new([limit(1, How::Fin)], [latency(100)]);
    connection.feed("0:<under 1:<way 10:>ab 20:<late");
    assert_eq!(connection.finish(), "10:>a 10:<under 10:<way 10:>FIN 10:<FIN");
    assert_eq!(connection.ended(), "fin by limit_bytes to_server");
}

#[test]
fn one_that_resets_in_order_loses_what_is_under_way_in_the_other_direction() {
    let mut connection = Connection::new([limit(1, How::Reset), latency(50)], [latency(100)]);
    connection.feed("0:<lost 10:>ab 20:<late");
    assert_eq!(connection.finish(), "60:>a 60:>RST");
    assert_eq!(connection.ended(), "reset by limit_bytes to_server");
}

#[test]
fn a_close_in_order_behind_one_by_reset_ends_the_connection() {
    let chain = [limit(2_000, How::Reset), allow(1_000)];
    let mut connection = Connection::new(chain, NO_FAULTS);
    connection.feed(&format!("0:>{}", "x".repeat(3_000)));
    assert_eq!(connection.finish(), format!("0:>{} 0:>FIN 0:<FIN", "x".repeat(1_000)));
    assert_eq!(connection.ended(), "fin by close_on_data to_server");
    let chain = [limit(3, How::Reset), latency(10), allow(2)];
    let mut connection = Connection::new(chain, [latency(5)]);
    connection.feed("0:>ab 0:<lost 1:>c 30:>FIN 40:<FIN");
    assert_eq!(connection.finish(), "10:>ab 11:>FIN");
    assert_eq!(connection.ended(), "fin by close_on_data to_server");
}

#[test]
fn a_reset_is_not_swallowed_by_a_fin_of_the_same_look() {
    let lifetime = |millis| EntrySpec::from(Lifetime::new(ms(millis)));
    for (fin, reset, output, ended) in [
        (100, 100, "", "reset by reset to_client"),
        (101, 100, "", "reset by reset to_client"),
        (99, 100, "300:>FIN 300:<FIN", "fin by lifetime to_server"),
    ] {
        let mut connection = Connection::new([lifetime(fin)], [reset_after(reset)]);
        connection.skip_to(300);
        assert_eq!((connection.finish().as_str(), connection.ended().as_str()), (output, ended));
        let mut mirrored = Connection::new([reset_after(reset)], [lifetime(fin)]);
        mirrored.skip_to(300);
        mirrored.finish();
        assert_eq!(mirrored.ended().split(' ').next(), ended.split(' ').next());
    }
}

#[test]
fn a_late_look_sees_what_happened_in_both_directions_in_its_order() {
    let idle = EntrySpec::from(Idle::new(ms(100)));
    let mut connection = Connection::new(NO_FAULTS, [latency(60), idle]);
    connection.feed("30:<a");
    connection.advance_to(30);
    connection.skip_to(150);
    connection.look();
    assert_eq!(connection.output(), "150:<a");
    assert_eq!(connection.finish(), "150:<a 190:<FIN 190:>FIN", "the byte at 90 counted");
}

#[test]
fn what_a_close_lets_go_of_is_still_treated_by_the_faults_that_it_has_yet_to_meet() {
    for (behind, comes) in [
        (EntrySpec::from(Blackhole::default()), ""),
        (Drop::default().into(), ""),
        (Stall {}.into(), ""),
        (Corrupt::default().into(), "10:<\u{fffd}\u{fffd} "),
        (latency(500), "10:<ab "),
        (allow(1), "10:<a "),
        (Bandwidth::new(1e3).expect("a rate").into(), "10:<a 10:<b "),
    ] {
        let text = behind.to_string();
        let mut connection = Connection::new([limit(1, How::Fin)], [latency(100), behind]);
        connection.feed("0:<ab 10:>xy");
        let output = connection.finish();
        // Which of the two ends of a moment comes first says nothing.
        let output = output.replace("10:<FIN 10:>FIN", "10:>FIN 10:<FIN");
        assert_eq!(output, format!("10:>x {comes}10:>FIN 10:<FIN"), "{text}");
        assert_eq!(connection.ended(), "fin by limit_bytes to_server", "{text}");
    }
}

#[test]
fn the_faults_of_before_work_until_the_moment_of_the_change_and_no_longer() {
    let mut healed = Connection::new([Lifetime::new(ms(300))], NO_FAULTS);
    healed.set_unseen_at(100, ToServer, NO_FAULTS);
    healed.skip_to(500);
    healed.look();
    assert_eq!((healed.finish().as_str(), healed.ended().as_str()), ("", "open"));
    let mut late = Connection::new([Lifetime::new(ms(300))], NO_FAULTS);
    late.set_unseen_at(400, ToServer, NO_FAULTS);
    late.skip_to(500);
    late.look();
    assert_eq!(late.ended(), "fin by lifetime to_server");
    let mut new = Connection::new(NO_FAULTS, NO_FAULTS);
    new.set_unseen_at(100, ToServer, [Lifetime::new(ms(300))]);
    new.skip_to(250);
    new.look();
    assert_eq!(new.finish(), "400:>FIN 400:<FIN", "its clock began when it was set");
}

#[test]
fn a_late_look_meets_the_changes_of_both_directions_in_their_order() {
    let mut healed = Connection::new(NO_FAULTS, [Lifetime::new(ms(300))]);
    healed.set_unseen_at(100, ToClient, NO_FAULTS);
    healed.set_unseen_at(400, ToServer, [latency(1)]);
    healed.skip_to(500);
    healed.look();
    assert_eq!((healed.finish().as_str(), healed.ended().as_str()), ("", "open"));
}

#[test]
fn a_direction_that_was_closed_from_the_other_meets_no_faults_that_were_set_later() {
    let closer: EntrySpec = Lifetime::new(ms(100)).into();
    let mut late = Connection::new(NO_FAULTS, [Lifetime::new(ms(50))]);
    late.set_unseen_at(100, ToServer, [closer, Blackhole::default().into()]);
    late.skip_to(300);
    late.look();
    assert_eq!(late.finish(), "300:<FIN 300:>FIN");
    assert_eq!(late.ended(), "fin by lifetime to_client");
}

#[test]
fn what_two_forgotten_flows_keep_comes_when_both_are_healed_in_one_moment() {
    let idle = |then| Idle { at: At::NextData, then, ..Idle::new(ms(0)) };
    for then in [Then::Fin, Then::Reset, Then::Blackhole] {
        let forgets = EntrySpec::from(idle(Then::Blackhole)).named("one");
        let mut connection = Connection::new([forgets, idle(then).into()], NO_FAULTS);
        connection.feed("1:<a");
        connection.advance_to(1);
        connection.set_unseen_at(10, ToServer, NO_FAULTS);
        connection.skip_to(20);
        connection.look();
        assert_eq!(connection.finish(), "20:<a", "{then:?}");
        assert_eq!(connection.ended(), "open");
    }
}

#[test]
fn a_close_waits_a_second_for_a_peer_that_takes_nothing() {
    let mut connection = Connection::new([limit(1, How::Fin)], NO_FAULTS);
    connection.set_sink(ToServer, Sink::Blocked);
    connection.feed("10:>ab");
    assert_eq!(connection.finish(), "10:<FIN");
    assert_eq!(
        (connection.ended().as_str(), connection.now_ms()),
        ("fin by limit_bytes to_server", 1_010)
    );
    let mut in_time = Connection::new([limit(1, How::Fin)], NO_FAULTS);
    in_time.set_sink(ToServer, Sink::Blocked);
    in_time.feed("10:>ab");
    in_time.advance_to(1_000);
    in_time.set_sink(ToServer, Sink::Open);
    assert_eq!(in_time.finish(), "10:<FIN 1000:>a 1000:>FIN");
}

#[test]
fn a_removal_that_closes_ends_both_directions_once() {
    let blackhole = |on_removal| EntrySpec::from(Blackhole { on_removal, ..Blackhole::default() });
    for (on_removal, output) in [(OnRemoval::Fin, "50:>FIN 50:<FIN"), (OnRemoval::Reset, "")] {
        let mut connection = Connection::new([blackhole(on_removal)], [blackhole(on_removal)]);
        connection.feed("0:>a 0:<b");
        connection.set_at(50, ToServer, NO_FAULTS);
        connection.set(ToClient, NO_FAULTS);
        assert_eq!(connection.finish(), output);
        assert!(connection.ended().ends_with("by blackhole to_server"), "{}", connection.ended());
    }
}

#[test]
fn a_half_that_has_ended_is_given_no_second_end() {
    let mut connection = Connection::new(NO_FAULTS, [limit(3, How::Fin)]);
    connection.feed("0:>a 1:>FIN 10:<bcde");
    assert_eq!(connection.finish(), "0:>a 1:>FIN 10:<bcd 10:<FIN");
    assert_eq!(connection.ended(), "fin by limit_bytes to_client");
}

#[test]
fn a_fault_that_closes_a_direction_that_has_ended_adds_no_second_end() {
    let lifetime = |how| EntrySpec::from(Lifetime { how, ..Lifetime::new(ms(50)) });
    let removed =
        Blackhole { on_removal: OnRemoval::Fin, ends: Ends::Pass, ..Blackhole::default() };
    for (fault, output, ended) in [
        (lifetime(How::Fin), "0:>a 1:>FIN 50:<FIN", "fin by lifetime to_server"),
        (lifetime(How::Reset), "0:>a 1:>FIN", "reset by lifetime to_server"),
        (removed.into(), "1:>FIN 50:<FIN", "fin by blackhole to_server"),
    ] {
        let mut connection = Connection::new([fault], NO_FAULTS);
        connection.feed("0:>a 1:>FIN");
        connection.set_at(50, ToServer, NO_FAULTS);
        assert_eq!((connection.finish().as_str(), connection.ended().as_str()), (output, ended));
    }
}

#[test]
fn two_faults_that_close_in_one_moment_give_each_direction_one_end() {
    let lifetime = || [Lifetime::new(ms(50))];
    let mut connection = Connection::new(lifetime(), lifetime());
    connection.set_sink(ToServer, Sink::Blocked);
    connection.advance_to(100);
    connection.set_sink(ToServer, Sink::Open);
    assert_eq!(connection.finish(), "50:<FIN 100:>FIN");
}

#[test]
fn a_look_at_the_faults_of_before_is_no_switch_of_them() {
    let slice = Slice::new(4).expect("a size");
    let faults = [EntrySpec::from(Coalesce::new(6)), slice.into()];
    let mut connection = Connection::new(faults, NO_FAULTS);
    connection.feed("0:>abc 10:>def");
    assert_eq!(connection.finish(), "10:>abcd 10:>ef");
    assert_eq!(connection.hits(ToServer, "slice"), 1, "the two were joined");
}
