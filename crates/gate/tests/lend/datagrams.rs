//! Directions of a gate for datagrams that are lent.

use std::net::UdpSocket as StdUdpSocket;
use std::os::unix::net::UnixDatagram as StdUnixDatagram;
use std::sync::mpsc::channel;
use std::time::Duration;

use chaosgate::{Direction, How, Latency, Loan, Notice, Stall};
use tokio::net::{UdpSocket, UnixDatagram};

use crate::borrower::Borrower;
use crate::udp_rig::{A_WHILE, Rig, SOON, nothing_comes, receive, receive_from, soon};

/// The two sockets of a loan: the stand-in for the client, and the one to the server.
struct Sockets {
    client: UnixDatagram,
    server: UdpSocket,
}

impl Sockets {
    fn of(loan: &Loan) -> Self {
        let mut sockets = [loan.source(), loan.sink()].map(|socket| socket.expect("a descriptor"));
        if loan.direction() == Direction::ToClient {
            sockets.reverse();
        }
        let [client, server] = sockets;
        Sockets {
            client: UnixDatagram::from_std(StdUnixDatagram::from(client)).expect("no blocking"),
            server: UdpSocket::from_std(StdUdpSocket::from(server)).expect("no blocking"),
        }
    }

    /// The client's next datagram.
    async fn receive(&self) -> Vec<u8> {
        let mut buffer = vec![0; 65_536];
        let length = soon(self.client.recv(&mut buffer)).await.expect("a datagram");
        buffer.truncate(length);
        buffer
    }
}

#[test]
fn a_direction_can_be_lent_while_datagrams_wait_for_a_task_of_the_same_thread() {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let lend = async {
            let rig = Rig::new().await;
            let pair = rig.pair().await;
            let borrower = Borrower::new();
            for _ in 0..50 {
                rig.gate.to_server().set([Stall {}]).unwrap();
                tokio::time::sleep(Duration::from_millis(2)).await;
                pair.client.try_send(b"waits").unwrap();
                // The receiver has its turn, and the connection's task not yet.
                tokio::task::yield_now().await;
                rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
            }
        };
        runtime.block_on(async { tokio::spawn(lend).await }).unwrap();
        sender.send(()).unwrap();
    });
    receiver.recv_timeout(SOON).expect("no call waits for a task");
}

#[tokio::test]
async fn a_client_s_datagrams_come_by_a_stand_in_and_go_on_by_the_connection_s_own_socket() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    let pair = rig.pair().await;
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    let large = vec![7; 60_000];
    for datagram in [&b"one"[..], b"", &large] {
        pair.client.send(datagram).await.unwrap();
        let loan = borrower.loan().await;
        assert_eq!((loan.connection(), loan.direction()), (1, Direction::ToServer));
        assert_eq!(loan.client(), pair.client.local_addr().unwrap());
        assert_eq!(loan.server(), rig.server.local_addr().unwrap());
        let sockets = Sockets::of(&loan);
        assert_eq!(sockets.server.peer_addr().unwrap(), rig.server.local_addr().unwrap());
        let received = sockets.receive().await;
        assert!(received == datagram);
        sockets.server.send(&received).await.unwrap();
        assert!(receive_from(&rig.server).await == (received, pair.at_server));
        // An answer of the borrower's own.
        sockets.client.send(b"instead").await.unwrap();
        assert_eq!(receive(&pair.client).await, b"instead");
        loan.give_back();
    }
    borrower.has_heard_all();
}

#[tokio::test]
async fn what_the_server_sends_is_left_to_the_borrower() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    let pair = rig.pair().await;
    rig.gate.to_client().set([borrower.lent.clone()]).unwrap();
    for datagram in [b"one", b"two"] {
        rig.server.send_to(datagram, pair.at_server).await.unwrap();
        let loan = borrower.loan().await;
        assert_eq!(loan.direction(), Direction::ToClient);
        let sockets = Sockets::of(&loan);
        assert_eq!(receive(&sockets.server).await, datagram);
        // It goes before anything that comes once the loan is back.
        sockets.client.send(b"first").await.unwrap();
        sockets.client.send(b"second").await.unwrap();
        rig.gate.to_client().pass();
        assert!(matches!(borrower.next().await, Notice::Recalled { .. }));
        loan.give_back();
        rig.server.send_to(b"third", pair.at_server).await.unwrap();
        for expected in [&b"first"[..], b"second", b"third"] {
            assert_eq!(receive(&pair.client).await, expected);
        }
        rig.gate.to_client().set([borrower.lent.clone()]).unwrap();
    }
}

#[tokio::test]
async fn what_a_borrower_leaves_is_treated_by_the_next_faults_in_its_order() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    let pair = rig.pair().await;
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    for number in 0..50_u8 {
        pair.client.send(&[number]).await.unwrap();
    }
    let loan = borrower.loan().await;
    let sockets = Sockets::of(&loan);
    for number in 0..20 {
        assert_eq!(sockets.receive().await, [number]);
    }
    let stall = rig.gate.to_server().set([Stall {}]);
    stall.unwrap();
    assert!(matches!(borrower.next().await, Notice::Recalled { .. }));
    pair.client.send(&[50]).await.unwrap();
    loan.give_back();
    nothing_comes(&rig.server).await;
    rig.gate.to_server().pass();
    for number in 20..=50 {
        assert_eq!(receive(&rig.server).await, [number]);
    }
    assert_eq!(rig.gate.totals().to_server.dropped, 0);
}

#[tokio::test]
async fn what_was_under_way_goes_before_anything_is_lent() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    let pair = rig.pair().await;
    let hour = rig.gate.to_server().add(Latency::new(Duration::from_hours(1))).unwrap();
    pair.client.send(b"held").await.unwrap();
    hour.wait_for_hits(1, SOON).await.unwrap();
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    pair.client.send(b"lent").await.unwrap();
    let loan = borrower.loan().await;
    assert_eq!(receive(&rig.server).await, b"held");
    assert_eq!(Sockets::of(&loan).receive().await, b"lent");
}

#[tokio::test]
async fn what_finds_no_room_is_dropped_and_counted() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    let pair = rig.pair().await;
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    pair.client.send(&[0; 8192]).await.unwrap();
    let loan = borrower.loan().await;
    let dropped = || rig.gate.totals().to_server.dropped;
    let flood = async {
        while dropped() == 0 {
            pair.client.send(&[1; 8192]).await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    soon(flood).await;
    drop(loan);
}

#[tokio::test]
async fn a_borrower_ends_one_client_s_connection_and_the_next_datagram_begins_another() {
    for how in [How::Fin, How::Reset] {
        let rig = Rig::new().await;
        let mut borrower = Borrower::new();
        let pair = rig.pair().await;
        let guard = rig.gate.to_server().fault(borrower.lent.clone()).unwrap();
        pair.client.send(b"x").await.unwrap();
        let loan = borrower.loan().await;
        let sockets = Sockets::of(&loan);
        sockets.client.send(b"the last words").await.unwrap();
        loan.close(how);
        assert_eq!(receive(&pair.client).await, b"the last words");
        borrower.hears_of_the_end(1).await;
        drop(guard);
        pair.client.send(b"again").await.unwrap();
        let (datagram, at_server) = receive_from(&rig.server).await;
        assert_eq!(datagram, b"again");
        assert_ne!(at_server, pair.at_server);
    }
}

#[tokio::test]
async fn calls_end_lent_connections_at_once_and_nobody_takes_what_the_borrower_writes() {
    for stops in [false, true] {
        let rig = Rig::new().await;
        let mut borrower = Borrower::new();
        let pair = rig.pair().await;
        rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
        pair.client.send(b"x").await.unwrap();
        let loan = borrower.loan().await;
        let sockets = Sockets::of(&loan);
        assert_eq!(sockets.receive().await, b"x");
        if stops {
            rig.gate.stop();
        } else {
            assert_eq!(rig.gate.close_connections(How::Fin), 1);
        }
        borrower.hears_of_the_end(1).await;
        soon(rig.gate.wait_closed()).await;
        let error = sockets.client.send(b"late").await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
    }
}

#[tokio::test]
async fn a_connection_is_not_silent_while_it_is_lent() {
    let idle = A_WHILE / 3;
    let rig = Rig::with("127.0.0.1:0", |builder| builder.idle(idle)).await;
    let mut borrower = Borrower::new();
    rig.gate.to_server().set([borrower.lent.clone()]).unwrap();
    let client = rig.client().await;
    client.send(b"x").await.unwrap();
    let loan = borrower.loan().await;
    let sockets = Sockets::of(&loan);
    assert_eq!(sockets.receive().await, b"x");
    // Three times what ends it otherwise.
    nothing_comes(&rig.server).await;
    assert_eq!(rig.gate.connection_count(), 1);
    loan.give_back();
    borrower.hears_of_the_end(1).await;
}

/// Each datagram is sent when the one before has arrived, so that only the gate could lose one.
#[tokio::test]
async fn nothing_is_lost_or_repeated_in_2_000_switches_between_lending_and_passing() {
    let rig = Rig::new().await;
    let mut borrower = Borrower::new();
    let pair = rig.pair().await;
    let lent = borrower.lent.clone();
    let passing = tokio::spawn(async move {
        let mut passed = 0;
        loop {
            match borrower.next().await {
                Notice::Lent(loan) => {
                    if !loan.begin() {
                        continue;
                    }
                    let sockets = Sockets::of(&loan);
                    let datagram = sockets.receive().await;
                    sockets.server.send(&datagram).await.unwrap();
                    passed += 1;
                    loan.give_back();
                }
                Notice::Ended { .. } => return passed,
                _ => {}
            }
        }
    });
    for number in 0..2_000_u32 {
        if number % 2 == 0 {
            rig.gate.to_server().set([lent.clone()]).unwrap();
        } else {
            rig.gate.to_server().pass();
        }
        pair.client.send(&number.to_le_bytes()).await.unwrap();
        assert_eq!(receive(&rig.server).await, number.to_le_bytes());
    }
    rig.gate.stop();
    assert_eq!(soon(passing).await.unwrap(), 1_000);
}
