//! What a borrower is given, and when.

use std::time::Duration;

use chaosgate::{Direction, Latency, Notice, Stall};
use rustix::fs::{OFlags, fcntl_getfl};
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use crate::borrower::{Borrower, Sockets};
use crate::support::{Rig, SOON, numbered, read};

#[tokio::test]
async fn standing_and_later_connections_are_lent_when_there_is_something_to_read() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    let (mut standing, mut server) = rig.pair().await;
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    let (mut later, _later_server) = rig.pair().await;
    server.write_all(b"the other way").await.unwrap();
    assert_eq!(read(&mut standing, 13).await, b"the other way");
    borrower.has_heard_all();
    for (number, client) in [(1, &mut standing), (2, &mut later)] {
        client.write_all(b"something").await.unwrap();
        let loan = borrower.loan().await;
        assert_eq!((loan.connection(), loan.direction()), (number, Direction::ToServer));
        assert_eq!(Sockets::of(&loan).receive().await, b"something");
        assert!(!loan.is_at_end());
        loan.give_back();
    }
}

#[tokio::test]
async fn a_loan_that_nobody_has_begun_is_withdrawn_by_other_faults() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    let (mut client, mut server) = rig.pair().await;
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    client.write_all(b"something").await.unwrap();
    let Notice::Lent(loan) = borrower.next().await else { panic!("no loan") };
    rig.gate.to_server().pass();
    assert_eq!(read(&mut server, 9).await, b"something");
    assert!(!loan.begin());
    loan.source().expect_err("it is nobody's any more");
    drop(loan);
    client.write_all(b"more").await.unwrap();
    assert_eq!(read(&mut server, 4).await, b"more");
}

#[tokio::test]
async fn no_loan_is_begun_once_other_faults_are_set_though_its_connection_is_late_to_look() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    let (mut client, mut server) = rig.pair().await;
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    client.write_all(b"something").await.unwrap();
    let Notice::Lent(loan) = borrower.next().await else { panic!("no loan") };
    // No task has its turn between these.
    rig.gate.to_server().pass();
    assert!(!loan.begin());
    drop(loan);
    assert_eq!(read(&mut server, 9).await, b"something");
}

#[tokio::test]
async fn a_loan_tells_whose_it_is_and_has_the_two_sockets_of_the_connection() {
    let rig = Rig::new().await;
    let (mut to_server, mut to_client) = (Borrower::new(), Borrower::new());
    rig.gate.to_server().set([to_server.lent.clone()]).unwrap();
    rig.gate.to_client().set([to_client.lent.clone()]).unwrap();
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"to the server").await.unwrap();
    server.write_all(b"to the client").await.unwrap();
    for (borrower, direction) in
        [(&mut to_server, Direction::ToServer), (&mut to_client, Direction::ToClient)]
    {
        let loan = borrower.loan().await;
        assert_eq!(loan.direction(), direction);
        assert_eq!(loan.client(), client.local_addr().unwrap());
        assert_eq!(loan.server(), server.local_addr().unwrap());
        let Sockets { source, sink } = Sockets::of(&loan);
        let (at_client, at_server) = match direction {
            Direction::ToServer => (source, sink),
            Direction::ToClient => (sink, source),
        };
        assert_eq!(at_client.peer_addr().unwrap(), client.local_addr().unwrap());
        assert_eq!(at_server.peer_addr().unwrap(), server.local_addr().unwrap());
        for socket in [at_client, at_server] {
            assert!(socket.nodelay().unwrap());
            assert!(fcntl_getfl(&socket).unwrap().contains(OFlags::NONBLOCK));
        }
        loan.give_back();
    }
}

#[tokio::test]
async fn while_it_is_lent_the_gate_leaves_the_direction_alone_and_the_other_goes_on() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"first").await.unwrap();
    let loan = borrower.loan().await;
    let mut sockets = Sockets::of(&loan);
    assert_eq!(sockets.receive().await, b"first");
    client.write_all(b"second").await.unwrap();
    server.write_all(b"an answer").await.unwrap();
    assert_eq!(read(&mut client, 9).await, b"an answer");
    assert_eq!(sockets.receive().await, b"second", "nobody else has read it");
    sockets.sink.write_all(b"instead").await.unwrap();
    assert_eq!(read(&mut server, 7).await, b"instead");
    sockets.source.write_all(b"to who has sent it").await.unwrap();
    assert_eq!(read(&mut client, 18).await, b"to who has sent it");
    borrower.has_heard_all();
}

#[tokio::test]
async fn two_hundred_connections_are_lent_at_once() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    let mut pairs = Vec::new();
    for number in 1..=200_u8 {
        let (mut client, server) = rig.pair().await;
        client.write_all(&[number]).await.unwrap();
        pairs.push((client, server));
    }
    let mut loans = Vec::new();
    while loans.len() < pairs.len() {
        loans.push(borrower.loan().await);
    }
    borrower.has_heard_all();
    for loan in loans {
        let mut sockets = Sockets::of(&loan);
        let bytes = sockets.receive().await;
        assert_eq!(u64::from(bytes[0]), loan.connection());
        sockets.sink.write_all(&bytes).await.unwrap();
        loan.give_back();
    }
    for (number, (_, server)) in (1..).zip(&mut pairs) {
        assert_eq!(read(server, 1).await, [number]);
    }
}

#[tokio::test]
async fn what_a_borrower_leaves_unread_is_lent_again() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    let (mut client, _server) = rig.pair().await;
    client.write_all(b"unread").await.unwrap();
    for _ in 0..3 {
        borrower.loan().await.give_back();
    }
    let loan = borrower.loan().await;
    assert_eq!(Sockets::of(&loan).receive().await, b"unread");
    loan.give_back();
    client.write_all(b"more").await.unwrap();
    assert_eq!(Sockets::of(&borrower.loan().await).receive().await, b"more");
}

#[tokio::test]
async fn what_was_under_way_is_written_before_anything_is_lent() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    let (mut client, mut server) = rig.pair().await;
    let hour = rig.gate.to_server().add(Latency::new(Duration::from_hours(1))).unwrap();
    client.write_all(b"held ").await.unwrap();
    hour.wait_for_hits(1, SOON).await.unwrap();
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    client.write_all(b"lent ").await.unwrap();
    let loan = borrower.loan().await;
    let mut sockets = Sockets::of(&loan);
    let bytes = sockets.receive().await;
    sockets.sink.write_all(&bytes).await.unwrap();
    assert_eq!(read(&mut server, 10).await, b"held lent ");
}

/// The server does not read, so a part of what was sent waits in the gate.
#[tokio::test]
async fn a_direction_whose_receiver_takes_nothing_is_lent_when_it_does() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    let (mut client, mut server) = rig.pair().await;
    let (data, mut written) = (numbered(64 << 20), 0);
    while let Ok(some) = timeout(Duration::from_millis(200), client.write(&data[written..])).await {
        written += some.unwrap();
    }
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    borrower.has_heard_all();
    // What the gate has taken in goes first, and what it has not is lent.
    let before = rig.gate.totals().to_server.received;
    let before = usize::try_from(before).unwrap();
    assert!(before < written);
    assert!(read(&mut server, before).await == data[..before]);
    let loan = borrower.loan().await;
    let mut sockets = Sockets::of(&loan);
    let mut lent = Vec::new();
    while before + lent.len() < written {
        lent.extend(sockets.receive().await);
    }
    assert!(lent == data[before..written]);
}

#[tokio::test]
async fn a_fault_that_lends_stands_in_the_list_and_its_events_like_any_other() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    let guard = rig.gate.to_server().fault(borrower.lent.clone()).unwrap();
    assert_eq!(rig.gate.to_server().list()[0].name(), "outside");
    let error = rig.gate.to_server().add(Stall {}).unwrap_err().to_string();
    assert_eq!(error, "lent(outside) has the direction alone: it cannot work beside stall");
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"x").await.unwrap();
    let loan = borrower.loan().await;
    loan.hit();
    loan.hit();
    guard.wait_for_hits(2, SOON).await.unwrap();
    assert_eq!(rig.gate.connections()[0].hits, 2);
    let told: Vec<_> = rig.gate.events().iter().map(|event| event.what.to_string()).collect();
    assert!(told.contains(&"to_server set to lent(outside)".to_owned()), "{told:?}");
    assert!(told.contains(&"outside to_server hit".to_owned()), "{told:?}");
    loan.give_back();
    drop(guard);
    assert_eq!(read(&mut server, 1).await, b"x");
}
