//! Machines with several addresses, refusing, and coming back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

use chaosgate::{Accepting, Drop, Lifetime, Route, UdpGate, What};
use tokio::net::UdpSocket;

use crate::rig::{Rig, SOON, client_of, nothing_comes, receive_from};

/// One socket of a client that asks two addresses of the gate, and a broadcast.
#[tokio::test]
#[cfg(target_os = "linux")]
async fn each_answer_comes_from_the_address_that_was_asked() {
    let rig = Rig::with("0.0.0.0:0", |builder| builder).await;
    let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    client.set_broadcast(true).unwrap();
    let port = rig.gate.address().port();
    for (asked, answers) in [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.2", "127.0.0.2"),
        ("127.0.0.1", "127.0.0.1"),
        ("127.255.255.255", "127.0.0.1"),
    ] {
        client.send_to(b"question", (asked, port)).await.unwrap();
        let (_, from) = receive_from(&rig.server).await;
        rig.server.send_to(b"answer", from).await.unwrap();
        let (_, from) = receive_from(&client).await;
        assert_eq!(from, SocketAddr::new(answers.parse().unwrap(), port), "asked at {asked}");
    }
}

/// A socket that has been connected to refuse takes datagrams from everywhere again.
#[tokio::test]
#[cfg(target_os = "linux")]
async fn after_it_has_refused_clients_of_every_address_get_in_again() {
    for (listen, ask) in [("0.0.0.0:0", "127.0.0.1"), ("[::]:0", "127.0.0.1"), ("[::]:0", "::1")] {
        let rig = Rig::with(listen, |builder| builder).await;
        let address = SocketAddr::new(ask.parse().unwrap(), rig.gate.address().port());
        let sources: &[&str] =
            if address.is_ipv4() { &["127.0.0.1", "127.0.0.2", "127.0.0.3"] } else { &["::1"] };
        for source in sources.iter().chain(sources) {
            let source: std::net::IpAddr = source.parse().unwrap();
            let Ok(client) = UdpSocket::bind((source, 0)).await else { return };
            rig.gate.set_accepting(Accepting::Refuse).unwrap();
            rig.gate.set_accepting(Accepting::Accept).unwrap();
            client.send_to(b"hello", address).await.unwrap();
            assert_eq!(receive_from(&rig.server).await.0, b"hello", "{listen} from {source}");
        }
    }
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn what_was_held_is_not_served_once_it_refuses() {
    let rig = Rig::new().await;
    let _pair = rig.pair().await;
    rig.gate.set_accepting(Accepting::Hold).unwrap();
    let late = rig.client().await;
    late.send(b"held").await.unwrap();
    late.send(b"held too").await.unwrap();
    rig.gate.set_accepting(Accepting::Refuse).unwrap();
    nothing_comes(&rig.server).await;
    rig.gate.set_accepting(Accepting::Accept).unwrap();
    nothing_comes(&rig.server).await;
    late.send(b"new").await.unwrap();
    assert_eq!(receive_from(&rig.server).await.0, b"new");
}

/// That nobody is at the first address shows when a later datagram is sent, which the receiver may
/// have done, and not the task that knows of the other one.
#[tokio::test]
async fn a_server_at_the_last_address_of_its_name_is_found_also_under_load() {
    let addresses: Vec<_> = tokio::net::lookup_host("localhost:0").await.unwrap().collect();
    let [first, .., last] = addresses[..] else { return };
    assert_ne!(first, last);
    let server = UdpSocket::bind(last).await.unwrap();
    let upstream = format!("localhost:{}", server.local_addr().unwrap().port());
    let gate = UdpGate::start_on(Route::new("named", "127.0.0.1:0", upstream)).unwrap();
    for _ in 0..50 {
        let client = client_of(gate.address()).await;
        let sending = async {
            loop {
                client.send(b"question").await.unwrap();
                tokio::task::yield_now().await;
            }
        };
        let (_, from) = tokio::select! {
            received = receive_from(&server) => received,
            () = sending => unreachable!("it sends for ever"),
        };
        server.send_to(b"answer", from).await.unwrap();
        assert_eq!(receive_from(&client).await.0, b"answer");
        while server.try_recv(&mut [0; 9]).is_ok() {}
        gate.close_connections(chaosgate::How::Fin);
        gate.wait_closed().await;
        while server.try_recv(&mut [0; 9]).is_ok() {}
    }
}

/// Somebody who sends without a pause, until this is dropped.
struct Flood {
    is_over: Arc<AtomicBool>,
    sender: Option<std::thread::JoinHandle<()>>,
}

impl Flood {
    async fn to(address: SocketAddr) -> Self {
        let client = client_of(address).await.into_std().unwrap();
        let is_over = Arc::new(AtomicBool::new(false));
        let sender = std::thread::spawn({
            let is_over = is_over.clone();
            move || {
                while !is_over.load(SeqCst) {
                    let _ = client.send(b"flood");
                }
            }
        });
        Flood { is_over, sender: Some(sender) }
    }
}

impl std::ops::Drop for Flood {
    fn drop(&mut self) {
        self.is_over.store(true, SeqCst);
        if let Some(sender) = self.sender.take() {
            sender.join().expect("a sender");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_and_starting_under_load_is_no_failure_and_refuses_from_the_start() {
    let rig = Rig::new().await;
    let flood = Flood::to(rig.gate.address()).await;
    for _ in 0..200 {
        rig.gate.stop();
        rig.gate.start().unwrap();
    }
    rig.gate.stop();
    rig.gate.wait_closed().await;
    while rig.server.try_recv(&mut [0; 9]).is_ok() {}
    if cfg!(target_os = "linux") {
        rig.gate.set_accepting(Accepting::Refuse).unwrap();
        for _ in 0..100 {
            rig.gate.start().unwrap();
            tokio::time::sleep(Duration::from_millis(1)).await;
            rig.gate.stop();
        }
        assert!(rig.server.try_recv(&mut [0; 9]).is_err(), "it refused all the time");
    }
    drop(flood);
    let failure = rig.gate.events().into_iter().find_map(|event| match event.what {
        What::AcceptFailed { reason } => Some(reason),
        _ => None,
    });
    assert_eq!(failure, None);
}

/// Whatever ends the connection on the other direction, and begins the next.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_datagram_passes_a_drop_while_the_other_direction_closes() {
    let rig = Rig::new().await;
    rig.gate.to_server().add(Drop::default()).unwrap();
    let closing = rig.gate.to_client().add(Lifetime::new(Duration::from_millis(1))).unwrap();
    let floods = [Flood::to(rig.gate.address()).await, Flood::to(rig.gate.address()).await];
    closing.wait_for_hits(300, SOON).await.unwrap();
    drop(floods);
    assert!(rig.server.try_recv(&mut [0; 9]).is_err(), "all of them met the drop");
}

#[tokio::test]
async fn the_runtime_may_go_before_the_gate() {
    let gate = tokio::task::spawn_blocking(|| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let gate = UdpGate::builder(Route::to("127.0.0.1:9"))
            .runtime(runtime.handle().clone())
            .start()
            .unwrap();
        let client = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        client.send_to(b"x", gate.address()).unwrap();
        gate
    });
    let gate = gate.await.unwrap();
    gate.stop();
    gate.wait_closed().await;
}
