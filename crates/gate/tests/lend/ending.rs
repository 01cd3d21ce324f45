//! How connections end of which a direction is lent.

use std::io::ErrorKind;

use chaosgate::{CloseOnData, ClosedBy, How, Lifetime, Notice, Stall, What, lend};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::borrower::{Borrower, Sockets};
use crate::support::{Rig, SOON, numbered, read, read_all, reset, soon};

const RESET: Option<ErrorKind> = Some(ErrorKind::ConnectionReset);

/// How the gate's last connection ended.
fn closed(rig: &Rig) -> Option<(ClosedBy, How)> {
    rig.gate.events().into_iter().rev().find_map(|event| match event.what {
        What::Closed { by, how } => Some((by, how)),
        _ => None,
    })
}

#[tokio::test]
async fn the_end_of_a_stream_is_lent_once_more_and_sent_on_when_it_comes_back() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"question").await.unwrap();
    client.shutdown().await.unwrap();
    let loan = borrower.loan().await;
    let mut sockets = Sockets::of(&loan);
    let question = sockets.receive().await;
    sockets.sink.write_all(&question).await.unwrap();
    loan.give_back();
    let loan = borrower.loan().await;
    assert!(loan.is_at_end());
    assert_eq!(sockets.receive().await, b"");
    sockets.sink.write_all(b", the last words").await.unwrap();
    loan.give_back();
    assert_eq!(read_all(&mut server).await, (b"question, the last words".to_vec(), None));
    server.write_all(b"reply").await.unwrap();
    assert_eq!(read(&mut client, 5).await, b"reply");
    borrower.has_heard_all();
    drop(server);
    assert_eq!(read_all(&mut client).await, (vec![], None));
    borrower.hears_of_the_end(1).await;
    rig.gate.wait_for_no_connections(SOON).await.unwrap();
    assert_eq!(closed(&rig), Some((ClosedBy::Client, How::Fin)));
}

#[tokio::test]
async fn an_end_that_was_lent_and_recalled_is_for_the_faults_that_were_set() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    let (mut client, mut server) = rig.pair().await;
    client.shutdown().await.unwrap();
    let loan = borrower.loan().await;
    assert!(loan.is_at_end());
    rig.gate.to_server().set([Stall {}]).unwrap();
    loan.give_back();
    // The gate has dealt with the loan when it has passed something on the other direction since.
    server.write_all(b"x").await.unwrap();
    assert_eq!(read(&mut client, 1).await, b"x");
    assert_eq!(server.try_read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    rig.gate.to_server().pass();
    assert_eq!(read_all(&mut server).await, (vec![], None));
}

#[tokio::test]
async fn a_reset_by_a_peer_ends_the_connection_whether_a_loan_is_out_or_not() {
    for is_out in [false, true] {
        let rig = Rig::new().await;
        let mut borrower = Borrower::new();
        rig.gate.both().set([borrower.lent.clone()]).unwrap();
        let (mut client, mut server) = rig.pair().await;
        client.write_all(b"x").await.unwrap();
        let loan = borrower.loan().await;
        Sockets::of(&loan).receive().await;
        let loan = if is_out {
            Some(loan)
        } else {
            loan.give_back();
            None
        };
        reset(client);
        borrower.hears_of_the_end(1).await;
        assert_eq!(read_all(&mut server).await, (vec![], RESET));
        rig.gate.wait_for_no_connections(SOON).await.unwrap();
        assert_eq!(closed(&rig), Some((ClosedBy::Client, How::Reset)));
        drop(loan);
    }
}

/// The system tells a reset once, and the borrower may be the one who hears of it.
#[tokio::test]
async fn a_reset_that_the_borrower_reads_ends_the_connection() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"x").await.unwrap();
    let loan = borrower.loan().await;
    let source = std::net::TcpStream::from(loan.source().unwrap());
    Sockets::of(&loan).receive().await;
    reset(client);
    // The gate's runtime has this one thread, and does not look meanwhile.
    let error = loop {
        match std::io::Read::read(&mut &source, &mut [0]) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            other => break other.unwrap_err(),
        }
    };
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    loan.give_back();
    assert_eq!(read_all(&mut server).await, (vec![], RESET));
    assert_eq!(closed(&rig), Some((ClosedBy::Client, How::Reset)));
}

/// Both peers have sent what nobody will read.
#[tokio::test]
async fn a_borrower_closes_its_connection_alone_and_what_it_has_written_arrives() {
    for how in [How::Fin, How::Reset] {
        let rig = Rig::new().await;
        let mut borrower = Borrower::new();
        rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
        rig.gate.to_client().set([Stall {}]).unwrap();
        let (mut client, mut server) = rig.pair().await;
        let (mut other, mut other_server) = rig.pair().await;
        client.write_all(&numbered(100_000)).await.unwrap();
        server.write_all(b"unread").await.unwrap();
        let loan = borrower.loan().await;
        let mut sockets = Sockets::of(&loan);
        sockets.receive().await;
        let written = numbered(1 << 20);
        let writing = async {
            sockets.sink.write_all(&written).await.unwrap();
            loan.close(how);
        };
        let (received, ()) = tokio::join!(read_all(&mut server), writing);
        let error = if how == How::Fin { None } else { RESET };
        assert!(received.0 == written);
        assert_eq!((received.1, read_all(&mut client).await), (error, (vec![], error)));
        borrower.hears_of_the_end(1).await;
        let by = ClosedBy::Fault {
            direction: chaosgate::Direction::ToServer,
            name: "outside".to_owned(),
        };
        assert_eq!(closed(&rig), Some((by, how)));
        rig.gate.both().pass();
        other.write_all(b"still there").await.unwrap();
        assert_eq!(read(&mut other_server, 11).await, b"still there");
    }
}

#[tokio::test]
async fn a_loan_that_is_dropped_closes_its_connection() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"x").await.unwrap();
    drop(borrower.loan().await);
    borrower.hears_of_the_end(1).await;
    assert_eq!(read_all(&mut client).await, (vec![], None));
    assert_eq!(read_all(&mut server).await, (vec![], None));
}

#[tokio::test]
async fn a_recalled_borrower_can_still_close_the_connection() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"never passed on").await.unwrap();
    let loan = borrower.loan().await;
    rig.gate.to_server().pass();
    loan.close(How::Fin);
    assert_eq!(read_all(&mut server).await, (vec![], None));
    assert_eq!(read_all(&mut client).await, (vec![], None));
}

#[tokio::test]
async fn calls_end_lent_connections_at_once_though_the_borrower_keeps_its_sockets() {
    let ends: [(fn(Rig), _); 4] = [
        (|rig| assert_eq!(rig.gate.close_connections(How::Fin), 1), None),
        (|rig| assert_eq!(rig.gate.close_connections(How::Reset), 1), RESET),
        (|rig| rig.gate.stop(), None),
        (|rig| drop(rig.gate), None),
    ];
    for (end, error) in ends {
        let rig = Rig::new().await;
        let mut borrower = Borrower::new();
        rig.gate.both().set([borrower.lent.clone()]).unwrap();
        let (mut client, mut server) = rig.pair().await;
        client.write_all(b"x").await.unwrap();
        server.write_all(b"y").await.unwrap();
        let loans = [borrower.loan().await, borrower.loan().await];
        let _sockets = loans.each_ref().map(Sockets::of);
        end(rig);
        assert_eq!(read_all(&mut client).await, (vec![], error));
        assert_eq!(read_all(&mut server).await, (vec![], error));
        borrower.hears_of_the_end(1).await;
        borrower.hears_of_the_end(1).await;
        drop(loans);
        borrower.has_heard_all();
    }
}

#[tokio::test]
async fn a_fault_of_the_other_direction_ends_it_too() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    rig.gate.to_client().set([CloseOnData::default()]).unwrap();
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"x").await.unwrap();
    let _loan = borrower.loan().await;
    server.write_all(b"y").await.unwrap();
    borrower.hears_of_the_end(1).await;
    assert_eq!(read_all(&mut server).await, (vec![], None));
    assert_eq!(read_all(&mut client).await, (vec![], None));
}

/// Time alone does not call a borrower back: faults of the direction begin when it has finished.
#[tokio::test]
async fn a_fault_that_was_set_meanwhile_closes_nothing_before_the_loan_is_back() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"x").await.unwrap();
    let loan = borrower.loan().await;
    rig.gate.to_server().set([Lifetime::new(std::time::Duration::ZERO)]).unwrap();
    assert!(matches!(borrower.next().await, Notice::Recalled { .. }));
    let mut sockets = Sockets::of(&loan);
    sockets.receive().await;
    sockets.sink.write_all(b"finished").await.unwrap();
    assert_eq!(read(&mut server, 8).await, b"finished");
    loan.give_back();
    assert_eq!(read_all(&mut server).await, (vec![], None));
}

#[tokio::test]
async fn a_loan_that_comes_back_after_the_end_changes_nothing() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"x").await.unwrap();
    let loan = borrower.loan().await;
    let mut sockets = Sockets::of(&loan);
    rig.gate.close_connections(How::Reset);
    soon(rig.gate.wait_closed()).await;
    loan.close(How::Fin);
    assert_eq!(read_all(&mut server).await, (vec![], RESET));
    assert!(soon(sockets.source.read(&mut [0])).await.is_err(), "there is no connection");
    borrower.hears_of_the_end(1).await;
}

/// As one does whose queue is gone.
#[tokio::test]
async fn a_borrower_that_panics_at_each_word_ends_its_connection_and_nothing_else() {
    let rig = Rig::new().await;
    rig.gate.to_server().set([lend("gone", |_| panic!("nobody listens"))]).unwrap();
    let (mut client, server) = rig.pair().await;
    client.write_all(b"x").await.unwrap();
    soon(rig.gate.wait_closed()).await;
    assert_eq!(closed(&rig), Some((ClosedBy::Failure, How::Fin)));
    drop(server);
    rig.gate.to_server().pass();
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"x").await.unwrap();
    assert_eq!(read(&mut server, 1).await, b"x");
}
