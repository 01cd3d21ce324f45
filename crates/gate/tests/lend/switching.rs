//! Between lending a direction and other faults.

use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use chaosgate::{
    Custom, Drop, EntrySpec, Fault, Guard, How, Notice, Outbox, Segment, Stall, units::Ratio,
};
use tokio::io::AsyncWriteExt;

use crate::borrower::{Borrower, Sockets};
use crate::support::{Rig, SOON, read, soon};

#[tokio::test]
async fn other_faults_wait_for_a_loan_and_treat_what_it_has_left_unread() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"lent ").await.unwrap();
    let loan = borrower.loan().await;
    rig.gate.to_server().pass();
    let notice = borrower.next().await;
    assert!(matches!(notice, Notice::Recalled { connection: 1, .. }), "{notice:?}");
    assert!(loan.is_recalled());
    let mut sockets = Sockets::of(&loan);
    assert_eq!(sockets.receive().await, b"lent ", "nobody has interrupted it");
    sockets.sink.write_all(b"LENT ").await.unwrap();
    client.write_all(b"unread").await.unwrap();
    loan.give_back();
    assert_eq!(read(&mut server, 11).await, b"LENT unread");
    borrower.has_heard_all();
}

#[tokio::test]
async fn they_wait_on_that_connection_and_direction_alone() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    let (mut lent, mut lent_server) = rig.pair().await;
    let (mut idle, mut idle_server) = rig.pair().await;
    lent.write_all(b"x").await.unwrap();
    let _loan = borrower.loan().await;
    rig.gate.both().pass();
    idle.write_all(b"passes").await.unwrap();
    assert_eq!(read(&mut idle_server, 6).await, b"passes");
    lent_server.write_all(b"passes").await.unwrap();
    assert_eq!(read(&mut lent, 6).await, b"passes");
}

#[tokio::test]
async fn with_nothing_lent_other_faults_hold_at_once() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    let (mut client, mut server) = rig.pair().await;
    for round in 0..100_u8 {
        rig.gate.to_server().pass();
        client.write_all(&[round]).await.unwrap();
        assert_eq!(read(&mut server, 1).await, [round]);
        rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
        client.write_all(b"lent").await.unwrap();
        let loan = borrower.loan().await;
        assert_eq!(Sockets::of(&loan).receive().await, b"lent", "in round {round}");
        loan.give_back();
    }
    borrower.has_heard_all();
}

#[tokio::test]
async fn the_next_borrower_waits_for_the_one_before() {
    let rig = Rig::new().await;
    let (mut first, mut second) = (Borrower::new(), Borrower::new());
    rig.gate.to_server().set([first.lent.clone()]).unwrap();
    let (mut client, _server) = rig.pair().await;
    client.write_all(b"first").await.unwrap();
    let loan = first.loan().await;
    rig.gate.to_server().set([second.lent.clone()]).unwrap();
    assert!(matches!(first.next().await, Notice::Recalled { .. }));
    client.write_all(b" second").await.unwrap();
    second.has_heard_all();
    loan.give_back();
    let loan = second.loan().await;
    let mut sockets = Sockets::of(&loan);
    let mut received = Vec::new();
    while received.len() < 12 {
        received.extend(sockets.receive().await);
    }
    assert_eq!(received, b"first second");
    rig.gate.close_connections(How::Fin);
    second.hears_of_the_end(1).await;
    first.has_heard_all();
}

/// Holds the guard of another fault, which goes with it.
struct Holding(#[allow(dead_code, reason = "held, and nothing else")] Arc<Guard>);

impl Fault for Holding {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        out.push(segment, now);
    }
}

/// A list that was lent keeps the one before for what had been read then.
#[tokio::test]
async fn a_fault_that_holds_a_guard_of_its_gate_goes_without_a_deadlock() {
    let rig = Rig::new().await;
    let lent = Borrower::new().lent;
    let (sender, done) = mpsc::channel();
    std::thread::spawn(move || {
        let guard = Arc::new(rig.gate.to_client().fault(Stall {}).unwrap());
        let holding = Custom::new("holding", move |_| Holding(guard.clone()));
        rig.gate.to_server().set([holding]).unwrap();
        rig.gate.to_server().set([lent]).unwrap();
        rig.gate.to_server().pass();
        sender.send(rig.gate.to_client().list().is_empty()).unwrap();
    });
    assert_eq!(done.recv_timeout(SOON), Ok(true));
}

#[tokio::test]
async fn setting_the_same_once_more_recalls_nothing() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    let (mut client, _server) = rig.pair().await;
    client.write_all(b"x").await.unwrap();
    let loan = borrower.loan().await;
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    rig.gate.to_client().set([Drop::default()]).unwrap();
    client.write_all(b"y").await.unwrap();
    loan.give_back();
    assert!(!borrower.loan().await.is_recalled());
}

#[tokio::test]
async fn an_entry_that_ends_by_itself_is_recalled() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    let brief = EntrySpec::new(borrower.lent.clone()).lasting(Duration::from_millis(300));
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"before ").await.unwrap();
    assert_eq!(read(&mut server, 7).await, b"before ");
    rig.gate.to_server().add(brief).unwrap();
    client.write_all(b"after").await.unwrap();
    let loan = borrower.loan().await;
    assert!(matches!(borrower.next().await, Notice::Recalled { .. }));
    loan.give_back();
    assert_eq!(read(&mut server, 5).await, b"after");
}

#[tokio::test]
async fn a_connection_whose_coin_falls_the_other_way_is_not_lent() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    let never = EntrySpec::new(borrower.lent.clone()).with_probability(Ratio::ZERO);
    rig.gate.to_server().add(never).unwrap();
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"x").await.unwrap();
    assert_eq!(read(&mut server, 1).await, b"x");
    borrower.has_heard_all();
}

#[tokio::test]
async fn what_was_stalled_is_lent() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    let stall = rig.gate.to_server().add(Stall {}).unwrap();
    let (mut client, _server) = rig.pair().await;
    client.write_all(b"stalled").await.unwrap();
    stall.wait_for_hits(1, SOON).await.unwrap();
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    assert_eq!(Sockets::of(&borrower.loan().await).receive().await, b"stalled");
}

#[tokio::test]
async fn control_returns_at_once_with_a_loan_that_never_comes_back() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    let (mut client, _server) = rig.pair().await;
    client.write_all(b"x").await.unwrap();
    let loan = borrower.loan().await;
    let other = Borrower::new();
    for _ in 0..100 {
        rig.gate.to_server().pass();
        rig.gate.both().set([Stall {}]).unwrap();
        rig.gate.to_server().set([other.lent.clone()]).unwrap();
    }
    rig.gate.stop();
    soon(rig.gate.wait_closed()).await;
    drop(loan);
}
