//! A direction that is lent to somebody outside: nobody reads, and what was under way goes first.
#![cfg(unix)]

use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use bytes::Bytes;
use chaosgate_faults::virtual_time::{Line, NO_FAULTS, epoch, ms};
use chaosgate_faults::{
    Chain, Closing, Direction, Drop, EntrySpec, FaultList, How, Idle, Latency, Lent, ListError,
    Origin, Segment, Series, Sink, Stall, Transport, units::Ratio,
};

fn lent() -> Lent {
    Lent::new("outside", Arc::new("whoever borrows"))
}

fn data(text: &'static str) -> Segment {
    Segment::Data(Bytes::from_static(text.as_bytes()))
}

fn chain(transport: Transport) -> Chain {
    chain_of(Direction::ToServer, transport)
}

fn chain_of(direction: Direction, transport: Transport) -> Chain {
    let origin = Origin {
        series: Series::default(),
        connection: 1,
        client: ([127, 0, 0, 1], 40_000).into(),
        direction,
        connected: epoch(),
        transport,
        offset: 0,
        buffer: 1 << 20,
        waker: Waker::noop().clone(),
    };
    Chain::new(origin, epoch())
}

/// The name of the entry that lends the line's direction now.
fn lends(line: &Line) -> Option<&str> {
    line.chain().lent().map(|entry| entry.name())
}

#[test]
fn nothing_is_read_while_it_is_lent_and_what_waited_meets_what_comes_next() {
    let mut line = Line::new([lent()]);
    line.feed("1:a 2:FIN");
    line.advance_to(10);
    assert_eq!((line.output().as_str(), lends(&line)), ("", Some("outside")));
    assert_eq!(line.all_hits(), 0, "hits are the borrower's to count");
    line.set([Latency::new(ms(5))]);
    assert_eq!(line.finish(), "15:a 15:FIN");
}

#[test]
fn it_is_lent_when_all_that_was_under_way_has_left() {
    let mut line = Line::new([Latency::new(ms(10))]);
    line.feed("0:a 1:b");
    line.advance_to(2);
    line.set_sink(Sink::Blocked);
    line.set([lent()]);
    assert_eq!(lends(&line), None, "the sink has yet to take it");
    line.set_sink(Sink::Open);
    assert_eq!((line.output().as_str(), lends(&line)), ("2:a 2:b", Some("outside")));
}

/// Datagrams are taken in before it is seen whether a fault takes them. What came from the server cannot
/// be lent any more, since it has left the socket that is lent.
#[test]
fn what_was_read_and_had_met_no_fault_goes_before_it_is_lent() {
    for name in ["outside", "stall"] {
        let now = epoch();
        let mut chain = chain_of(Direction::ToClient, Transport::Datagram);
        let stalled = FaultList::default().replaced([Stall {}.into()], now).expect("one");
        chain.switch(&stalled, now);
        for datagram in ["first", "second"] {
            chain.push(data(datagram), now);
            assert_eq!(chain.poll(now, Sink::Open), None);
        }
        let update = EntrySpec::new(lent()).named(name);
        chain.switch(&stalled.replaced([update], now).expect("one"), now);
        for datagram in ["first", "second"] {
            assert!(chain.lent().is_none());
            assert_eq!(chain.poll(now, Sink::Open), Some(data(datagram)));
        }
        assert!(chain.lent().is_some());
    }
}

/// The call that lends takes the moment before the list is there for all to see. What is read between the two,
/// and is yet to meet a fault when the list is seen, meets that of before.
#[test]
fn what_was_read_behind_the_moment_of_a_loan_meets_the_faults_of_before() {
    let mut chain = chain(Transport::Stream);
    let (set, read, seen) = (epoch() + ms(5), epoch() + ms(10), epoch() + ms(12));
    let dropping = FaultList::default().replaced([Drop::default().into()], epoch()).expect("one");
    chain.switch(&dropping, epoch());
    chain.push(data("dropped"), read);
    let lending = dropping.replaced([lent().into()], set).expect("one");
    chain.switch(&lending, seen);
    assert_eq!(chain.poll(seen, Sink::Open), None);
    assert_eq!(dropping.entries()[0].hits(), 1);
    assert!(chain.lent().is_some());
}

#[test]
fn a_stream_that_has_ended_is_not_lent() {
    let mut line = Line::new(NO_FAULTS);
    line.feed("0:a 1:FIN");
    line.advance_to(1);
    line.set([lent()]);
    assert_eq!((line.finish().as_str(), lends(&line)), ("0:a 1:FIN", None));
}

#[test]
fn the_coin_and_the_time_of_its_entry_hold() {
    let never = EntrySpec::new(lent()).with_probability(Ratio::ZERO);
    let mut line = Line::new([never]);
    line.feed("0:a");
    assert_eq!((line.finish().as_str(), lends(&line)), ("0:a", None));

    let mut line = Line::new([EntrySpec::new(lent()).lasting(ms(10))]);
    line.feed("0:a");
    line.advance_to(9);
    assert_eq!((line.output().as_str(), lends(&line)), ("", Some("outside")));
    assert_eq!((line.finish().as_str(), lends(&line)), ("10:a", None));
}

#[test]
fn who_borrows_a_direction_has_it_alone() {
    let (list, now) = (FaultList::default(), epoch());
    let expected =
        ListError::NotAlone { lent: "lent(outside)".to_owned(), beside: "stall".to_owned() };
    let both: [EntrySpec; 2] = [Stall {}.into(), lent().into()];
    assert_eq!(list.replaced(both, now).expect_err("both"), expected);
    let (stalled, _) = list.with(Stall {}.into(), now).expect("one");
    assert_eq!(stalled.with(lent().into(), now).expect_err("both"), expected);
    let (lends, _) = list.with(lent().into(), now).expect("one");
    assert_eq!(lends.with(Stall {}.into(), now).expect_err("both"), expected);
    let two = stalled.with(EntrySpec::new(Stall {}).named("other"), now).expect("two").0;
    assert_eq!(two.updated("other", lent().into(), now).expect_err("both"), expected);
    assert_eq!(
        expected.to_string(),
        "lent(outside) has the direction alone: it cannot work beside stall"
    );
    assert!(stalled.updated("stall", lent().into(), now).expect("one").0.is_lent());
}

#[test]
fn it_is_always_at_work() {
    let when = EntrySpec::new(lent()).times("1".parse().expect("a count"));
    let refused = FaultList::default().with(when, epoch()).expect_err("refused");
    assert_eq!(refused, ListError::AlwaysLent { lent: "lent(outside)".to_owned() });
}

#[test]
fn a_fault_of_the_other_direction_may_have_its_part_beside_it() {
    let now = epoch();
    let idle = FaultList::default().with(Idle::new(Duration::from_secs(1)).into(), now);
    let (lends, _) = FaultList::default().with(lent().into(), now).expect("one");
    let mut line = Line::new(NO_FAULTS);
    line.set_list(lends.beside(&idle.expect("one").0));
    assert_eq!(self::lends(&line), Some("outside"));
}

#[test]
fn it_has_no_form_in_a_document_and_is_equal_to_itself_alone() {
    let spec = EntrySpec::new(lent());
    assert_eq!(spec.to_string(), "lent(outside)");
    let error = serde_json::to_string(&spec).expect_err("refused").to_string();
    assert_eq!(error, "lent(outside) is code, and has no form in a document");
    assert_eq!(spec, spec.clone());
    assert_ne!(spec, EntrySpec::new(lent()));
    let borrower = lent().borrower::<&str>();
    assert_eq!(borrower.as_deref(), Some(&"whoever borrows"));
    assert!(lent().borrower::<u32>().is_none());
}

#[test]
fn its_borrower_can_close_the_connection() {
    for (how, end) in [(How::Fin, Segment::Fin), (How::Reset, Segment::Reset)] {
        let (mut chain, now) = (chain(Transport::Stream), epoch());
        chain.switch(&FaultList::default().replaced([lent().into()], now).expect("one"), now);
        chain.close_lent(how, now);
        assert_eq!(chain.poll(now, Sink::Open), Some(end));
        let closed = chain.closed().expect("a close");
        assert_eq!((closed.by.as_str(), closed.closing), ("outside", Closing::InOrder(how)));
        chain.push(data("late"), now);
        assert_eq!((chain.poll(now, Sink::Open), chain.lent().is_none()), (None, true));
    }
}

#[test]
fn datagrams_that_come_while_it_is_lent_are_the_borrowers_and_go_back_in_their_order() {
    let now = epoch();
    let idle =
        FaultList::new(Transport::Datagram).with(Idle::new(Duration::from_secs(1)).into(), now);
    let (lends, _) = FaultList::new(Transport::Datagram).with(lent().into(), now).expect("one");
    // The part of a fault of the other direction may stand before it.
    for list in [lends.clone(), lends.beside(&idle.expect("one").0)] {
        let mut chain = chain(Transport::Datagram);
        chain.push(data("under way"), now);
        chain.switch(&list, now);
        assert!(chain.lends());
        chain.push(data("first"), now);
        assert!(chain.lent().is_none());
        assert_eq!(chain.take_lent(), None, "not before what is under way");
        assert_eq!(chain.poll(now, Sink::Open), Some(data("under way")));
        assert_eq!(chain.poll(now, Sink::Open), None);
        assert!(chain.lent().is_some());
        let first = chain.take_lent().expect("it waits");
        for datagram in ["second", "third"] {
            chain.push(data(datagram), now);
            assert_eq!(chain.poll(now, Sink::Open), None);
        }
        let second = chain.take_lent().expect("it waits");
        assert_eq!((&first[..], &second[..]), (&b"first"[..], &b"second"[..]));
        chain.put_back([first, second].into_iter(), now);
        chain.switch(&FaultList::new(Transport::Datagram), now);
        let left: Vec<_> = std::iter::from_fn(|| chain.poll(now, Sink::Open)).collect();
        assert_eq!(left, ["first", "second", "third"].map(data));
        assert_eq!(chain.charge(), 0);
    }
}

#[test]
fn a_datagram_to_the_server_that_was_stalled_is_the_borrowers() {
    let (mut chain, now) = (chain(Transport::Datagram), epoch());
    let stalled = FaultList::default().replaced([Stall {}.into()], now).expect("one");
    chain.switch(&stalled, now);
    chain.push(data("held"), now);
    chain.switch(&stalled.replaced([lent().into()], now).expect("one"), now);
    assert_eq!(chain.poll(now, Sink::Open), None);
    assert_eq!(chain.take_lent().as_deref(), Some(&b"held"[..]));
}
