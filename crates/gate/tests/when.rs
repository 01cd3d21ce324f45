//! When a fault acts, on sockets.

mod support;

use chaosgate::{EntryHandle, EntrySpec, Route, State, UdpGate};
use support::{Rig, SOON, read, read_all, soon};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpStream, UdpSocket};
use tokio::runtime::Handle;

fn entry(written: &str) -> EntrySpec {
    written.parse().expect(written)
}

/// Asks the server, and gives what the client gets; the server answers with `ok`.
async fn ask((client, server): &mut (TcpStream, TcpStream), question: &[u8]) -> Vec<u8> {
    client.write_all(question).await.unwrap();
    assert_eq!(read(server, question.len()).await, question, "the server has it");
    server.write_all(b"ok").await.unwrap();
    let mut answer = [0; 2];
    let length = soon(tokio::io::AsyncReadExt::read(client, &mut answer)).await.unwrap_or(0);
    answer[..length].to_vec()
}

#[tokio::test]
async fn the_reply_to_a_commit_is_lost_once_after_the_server_has_it() {
    let rig = Rig::new().await;
    let lost = rig.gate.to_client().add(entry("close_on_data:on_other=COMMIT,times=1")).unwrap();
    let mut first = rig.pair().await;
    let mut second = rig.pair().await;
    assert_eq!(lost.state(), State::Waiting);
    assert_eq!(ask(&mut first, b"BEGIN").await, b"ok");
    assert_eq!(ask(&mut first, b"COMMIT").await, b"", "it is closed");
    lost.wait_for_hits(1, SOON).await.unwrap();
    assert_eq!(ask(&mut second, b"COMMIT").await, b"ok");
    assert_eq!((lost.hits(), lost.matches()), (1, 2));
}

#[tokio::test]
async fn an_entry_is_spent_when_it_has_acted_as_often_as_it_may() {
    let rig = Rig::new().await;
    let drop = rig.gate.to_server().add(entry("drop:on=x,span=match,times=1")).unwrap();
    let (mut client, mut server) = rig.pair().await;
    for (sent, comes) in [(b"axb", &b"ab"[..]), (b"cxd", b"cxd")] {
        client.write_all(sent).await.unwrap();
        assert_eq!(read(&mut server, comes.len()).await, comes);
    }
    assert_eq!((drop.state(), drop.hits()), (State::Spent, 1));
    let shown = format!("{drop:?}");
    assert!(shown.ends_with("drop:on=x,span=match,times=1, spent, 1 hits)"), "{shown}");
}

/// Which of so many new connections are closed by what is sent on them.
async fn closed(rig: &Rig, connections: usize) -> Vec<usize> {
    let mut closed = Vec::new();
    for number in 1..=connections {
        let (mut client, mut server) = rig.pair().await;
        client.write_all(b"x").await.unwrap();
        client.shutdown().await.unwrap();
        if read_all(&mut server).await.0.is_empty() {
            closed.push(number);
        }
        drop((client, server));
        rig.gate.wait_for_no_connections(SOON).await.unwrap();
    }
    closed
}

#[tokio::test]
async fn connections_are_counted_from_the_moment_at_which_a_fault_is_set() {
    let rig = Rig::new().await;
    assert!(closed(&rig, 2).await.is_empty());
    rig.gate.to_server().add(entry("close_on_data:connections=2..3")).unwrap();
    assert_eq!(closed(&rig, 4).await, [2, 3]);
    rig.gate.to_server().set([entry("close_on_data:connections=1,name=again")]).unwrap();
    assert_eq!(closed(&rig, 2).await, [1]);
}

#[tokio::test]
async fn clients_are_known_by_their_address() {
    let rig = Rig::new().await;
    rig.gate.to_server().add(entry("close_on_data:client=10.0.0.0/8")).unwrap();
    assert!(closed(&rig, 1).await.is_empty());
    rig.gate.to_server().add(entry("close_on_data:client=127.0.0.0/8")).unwrap();
    assert_eq!(closed(&rig, 1).await, [1]);
    rig.gate.to_server().pass();
    let (mut client, mut server) = rig.pair().await;
    let port = client.local_addr().unwrap().port();
    rig.gate.to_server().add(entry(&format!("close_on_data:client={port}"))).unwrap();
    client.write_all(b"x").await.unwrap();
    assert_eq!(read_all(&mut server).await.0, b"");
}

#[tokio::test]
async fn a_stall_begins_at_the_byte_and_ends_with_its_span() {
    let rig = Rig::new().await;
    let stall = entry("stall:after_bytes=3,span=50ms");
    let stall: EntryHandle = rig.gate.to_server().add(stall).unwrap();
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"abcdef").await.unwrap();
    assert_eq!(read(&mut server, 3).await, b"abc");
    stall.wait_for_hits(1, SOON).await.unwrap();
    assert_eq!(read(&mut server, 3).await, b"def");
    assert_eq!(stall.state(), State::Waiting, "for another connection");
}

#[tokio::test]
async fn of_datagrams_those_that_match_are_meant() {
    let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let upstream = Route::to(server.local_addr().unwrap().to_string());
    let gate = UdpGate::builder(upstream).runtime(Handle::current()).start().unwrap();
    let drop = gate.to_server().add(entry("drop:on=bad,span=match")).unwrap();
    let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    for datagram in ["one", "a bad one", "two"] {
        client.send_to(datagram.as_bytes(), gate.address()).await.unwrap();
    }
    let mut buffer = [0; 64];
    for expected in ["one", "two"] {
        let (length, _) = soon(server.recv_from(&mut buffer)).await.unwrap();
        assert_eq!(&buffer[..length], expected.as_bytes());
    }
    assert_eq!((drop.hits(), drop.matches()), (1, 1));
}
