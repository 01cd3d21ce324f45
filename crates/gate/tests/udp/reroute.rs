//! A gate that moves to another route.

use std::io::ErrorKind;

use chaosgate::{How, OpenConnections};
use tokio::net::UdpSocket;

use crate::rig::{Rig, SOON, client_of, receive, receive_from, soon};

#[tokio::test]
async fn who_begins_when_it_has_returned_comes_to_the_other_server() {
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    let other = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let at = other.local_addr().unwrap().to_string();
    let address = rig.gate.address();
    rig.gate.reroute(None, Some(&at), OpenConnections::Stay).unwrap();
    assert_eq!(rig.gate.address(), address);

    let later = rig.client().await;
    later.send(b"to the other").await.unwrap();
    let (datagram, from) = receive_from(&other).await;
    assert_eq!(datagram, b"to the other");
    other.send_to(b"an answer", from).await.unwrap();
    assert_eq!(receive(&later).await, b"an answer");

    pair.client.send(b"to the first").await.unwrap();
    let (datagram, from) = receive_from(&rig.server).await;
    assert_eq!((datagram.as_slice(), from), (&b"to the first"[..], pair.at_server));
}

#[tokio::test]
async fn a_client_that_is_to_begin_anew_comes_to_the_other_server() {
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    let other = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let at = other.local_addr().unwrap().to_string();
    rig.gate.reroute(None, Some(&at), OpenConnections::End(How::Fin)).unwrap();
    assert_eq!(rig.gate.connection_count(), 0);
    pair.client.send(b"anew").await.unwrap();
    assert_eq!(receive(&other).await, b"anew");
}

#[tokio::test]
async fn clients_of_an_address_that_it_leaves_have_no_connection_and_those_of_one_that_it_keeps_do()
{
    let rig = Rig::with("localhost:0", |builder| builder).await;
    let addresses = rig.gate.addresses();
    let mut clients = Vec::new();
    for address in &addresses {
        let client = client_of(*address).await;
        client.send(b"hello").await.unwrap();
        clients.push((client, receive_from(&rig.server).await.1));
    }
    rig.gate.wait_for_connections(addresses.len(), SOON).await.unwrap();
    let (kept, left) = (addresses[0].to_string(), &clients[1..]);
    rig.gate.reroute(Some(&kept), None, OpenConnections::Stay).unwrap();
    assert_eq!((rig.gate.addresses(), rig.gate.connection_count()), (vec![addresses[0]], 1));
    rig.server.send_to(b"an answer", clients[0].1).await.unwrap();
    assert_eq!(receive(&clients[0].0).await, b"an answer");
    for (client, _) in left {
        client.send(b"x").await.unwrap();
        let error = soon(client.recv(&mut [0])).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    }
}

#[tokio::test]
async fn it_moves_to_another_port_with_its_counts() {
    let rig = Rig::new().await;
    let (pair, before) = (rig.pair().await, rig.gate.address());
    rig.gate.reroute(Some("localhost:0"), None, OpenConnections::Stay).unwrap();
    assert_ne!(rig.gate.address().port(), before.port());
    pair.client.send(b"x").await.unwrap();
    let error = soon(pair.client.recv(&mut [0])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    rig.pair().await;
    assert_eq!((rig.gate.totals().accepted, rig.gate.connections()[0].number), (2, 2));
}
