//! A close is one also while a duplicate of the descriptor is open: in this process, or in a child
//! that has inherited it.
#![cfg(target_os = "linux")]

mod support;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use chaosgate::{Accepting, CloseOnData, How, LimitBytes, Route, UdpGate};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};
use socket2::{SockAddr, SockRef};
use support::{Rig, SOON, numbered, read, read_all, soon};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpStream, UdpSocket};

const RESET: Option<ErrorKind> = Some(ErrorKind::ConnectionReset);

/// Somebody who holds duplicates of the gate's descriptors.
enum Holder {
    Here(#[allow(dead_code, reason = "held, and nothing else")] Vec<OwnedFd>),
    Child(Child),
}

impl Holder {
    /// One in this process, and one in a child that outlives the test unless it is dropped.
    fn each() -> [fn(Vec<OwnedFd>) -> Holder; 2] {
        [Holder::Here, |descriptors| {
            for descriptor in &descriptors {
                fcntl_setfd(descriptor, FdFlags::empty()).expect("a descriptor");
            }
            let child = Command::new("sleep").arg("1000").stdin(Stdio::null()).spawn();
            Holder::Child(child.expect("every Unix has it"))
        }]
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        if let Holder::Child(child) = self {
            child.kill().and_then(|()| child.wait()).expect("it has not ended by itself");
        }
    }
}

/// Duplicates of the sockets in this process that have this address at their own end.
fn bound_to(address: SocketAddr) -> Vec<OwnedFd> {
    let process = pidfd_open(getpid(), PidfdFlags::empty()).expect("this process");
    let all = std::fs::read_dir("/proc/self/fd").expect("this process's descriptors");
    let numbers = all.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    // One that was closed meanwhile was no socket of this test.
    let duplicate = |number| pidfd_getfd(&process, number, PidfdGetfdFlags::empty()).ok();
    let address = SockAddr::from(address);
    let is_bound_there = |descriptor: &OwnedFd| {
        SockRef::from(descriptor).local_addr().is_ok_and(|local| local == address)
    };
    numbers.filter_map(duplicate).filter(is_bound_there).collect()
}

/// Duplicates of both sockets that the gate has for a connection.
fn of_connection(rig: &Rig, server: &TcpStream) -> Vec<OwnedFd> {
    let mut all = bound_to(rig.gate.address());
    all.extend(bound_to(server.peer_addr().expect("the gate's end")));
    assert!(all.len() >= 3, "the listener's and one at each end");
    all
}

#[tokio::test]
async fn closing_in_order_delivers_what_was_written_and_then_the_end() {
    for hold in Holder::each() {
        let rig = Rig::new().await;
        let (mut client, mut server) = rig.pair().await;
        let _held = hold(of_connection(&rig, &server));
        server.write_all(b"before").await.unwrap();
        assert_eq!(read(&mut client, 6).await, b"before");
        rig.gate.close_connections(How::Fin);
        assert_eq!(read_all(&mut client).await, (vec![], None));
        assert_eq!(read_all(&mut server).await, (vec![], None));
    }
}

#[tokio::test]
async fn a_reset_is_one_at_once() {
    for hold in Holder::each() {
        let rig = Rig::new().await;
        let (mut client, mut server) = rig.pair().await;
        let _held = hold(of_connection(&rig, &server));
        rig.gate.close_connections(How::Reset);
        assert_eq!(read_all(&mut client).await, (vec![], RESET));
        assert_eq!(read_all(&mut server).await, (vec![], RESET));
    }
}

/// A peer that does not read has the gate's send queue full when the reset comes.
#[tokio::test]
async fn a_reset_is_one_also_with_data_that_has_yet_to_be_sent() {
    for hold in Holder::each() {
        let rig = Rig::new().await;
        let (mut client, mut server) = rig.pair().await;
        let _held = hold(of_connection(&rig, &server));
        let data = vec![1; 1 << 20];
        while let Ok(written) =
            tokio::time::timeout(Duration::from_millis(200), server.write_all(&data)).await
        {
            written.unwrap();
        }
        rig.gate.close_connections(How::Reset);
        assert_eq!(read_all(&mut server).await.1, RESET);
        assert_eq!(read_all(&mut client).await.1, RESET);
    }
}

#[tokio::test]
async fn a_reset_in_order_delivers_its_bytes_first() {
    for hold in Holder::each() {
        let rig = Rig::new().await;
        let limit = LimitBytes { how: How::Reset, ..LimitBytes::new(150_000) };
        rig.gate.to_client().add(limit).unwrap();
        let (mut client, mut server) = rig.pair().await;
        let _held = hold(of_connection(&rig, &server));
        let writing = tokio::spawn(async move {
            // The gate closes the connection in the middle of it.
            let _ = server.write_all(&numbered(400_000)).await;
            read_all(&mut server).await.1
        });
        let (received, error) = read_all(&mut client).await;
        assert_eq!((received.len(), error), (150_000, RESET));
        assert!(received == numbered(150_000));
        assert_eq!(writing.await.unwrap(), RESET);
    }
}

/// The server takes longer than the gate waits, and goes on writing: nobody is there any more.
#[tokio::test]
async fn a_peer_that_does_not_end_its_direction_is_reset_when_it_writes_on() {
    for hold in Holder::each() {
        let rig = Rig::new().await;
        rig.gate.to_server().add(CloseOnData::default()).unwrap();
        let (mut client, mut server) = rig.pair().await;
        let _held = hold(of_connection(&rig, &server));
        client.write_all(b"x").await.unwrap();
        assert_eq!(read_all(&mut server).await, (vec![], None));
        soon(rig.gate.wait_closed()).await;
        let written = soon(async {
            loop {
                if let Err(error) = server.write_all(b"late").await {
                    return error.kind();
                }
                tokio::task::yield_now().await;
            }
        });
        assert!(matches!(written.await, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe));
    }
}

#[tokio::test]
async fn a_gate_that_has_been_stopped_refuses_and_comes_back_on_its_port() {
    for hold in Holder::each() {
        let rig = Rig::new().await;
        let (client, server) = rig.pair().await;
        let _held = hold(of_connection(&rig, &server));
        drop((client, server));
        rig.gate.stop();
        let error = TcpStream::connect(rig.gate.address()).await.expect_err("nobody listens");
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        rig.gate.start().unwrap();
        rig.pair().await;
    }
}

#[tokio::test]
async fn a_udp_connection_and_its_gate_are_gone_for_those_who_send_to_them() {
    for hold in Holder::each() {
        let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let upstream = server.local_addr().unwrap().to_string();
        let gate = UdpGate::start_on(Route::to(upstream)).unwrap();
        let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        client.connect(gate.address()).await.unwrap();
        client.send(b"hello").await.unwrap();
        let (_, at_server) = soon(server.recv_from(&mut [0; 10])).await.unwrap();
        let mut descriptors = bound_to(gate.address());
        descriptors.extend(bound_to(at_server));
        assert!(descriptors.len() >= 2);
        let _held = hold(descriptors);
        gate.stop();
        soon(gate.wait_closed()).await;
        server.connect(at_server).await.unwrap();
        for peer in [&server, &client] {
            let refused = soon(async {
                loop {
                    if let Err(error) = peer.send(b"still there?").await {
                        return error.kind();
                    }
                    tokio::task::yield_now().await;
                }
            });
            assert_eq!(refused.await, ErrorKind::ConnectionRefused);
        }
        gate.wait_for_no_connections(SOON).await.unwrap();
    }
}

/// As in every child process on the way to its program.
#[tokio::test]
async fn a_udp_gate_that_has_refused_accepts_again() {
    for hold in Holder::each() {
        let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let upstream = server.local_addr().unwrap().to_string();
        let gate = UdpGate::start_on(Route::to(upstream)).unwrap();
        let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        client.connect(gate.address()).await.unwrap();
        gate.set_accepting(Accepting::Refuse).unwrap();
        let _held = hold(bound_to(gate.address()));
        gate.set_accepting(Accepting::Accept).unwrap();
        client.send(b"hello").await.unwrap();
        let (length, _) = soon(server.recv_from(&mut [0; 10])).await.unwrap();
        assert_eq!(length, 5);
        UdpSocket::bind(gate.address()).await.expect_err("nobody else can have the port");
    }
}
