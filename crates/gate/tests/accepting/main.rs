//! From the moment a change of the way of accepting has returned, no client that connects later
//! meets what was before. On Linux, which has all the ways.
#![cfg(target_os = "linux")]

#[path = "../support/mod.rs"]
mod support;
mod verdict;
mod versions;
mod visit;

use std::net::SocketAddr;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;

use chaosgate::TcpGate;
use support::{Rig, SOON, soon};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use verdict::Verdicts;
use versions::{Span, Versions};
use visit::{Visit, prepare};

/// What the clients and the server have seen, and what they need to know for it.
#[derive(Default)]
pub(crate) struct Scene {
    versions: Versions,
    verdicts: Verdicts,
}

/// Clients come without a pause while the way of accepting is changed as fast as they do: so some
/// client is nearly always between its connect and the look that decides about it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_client_meets_the_way_of_before_in_50_000_switches_under_load() {
    const SWITCHES: u64 = 50_000;
    const CLIENTS: usize = 2;
    let scene = Arc::new(Scene::default());
    let Rig { gate, server } = Rig::new().await;
    let serving = tokio::spawn(serve(server, scene.clone()));
    let address = gate.address();
    let (sender, visits) = mpsc::channel();
    let visits = Arc::new(Mutex::new(visits));
    let clients = [(); CLIENTS].map(|()| {
        let (scene, visits) = (scene.clone(), visits.clone());
        thread::spawn(move || come_and_go(address, &visits, &scene))
    });
    let switching = tokio::task::spawn_blocking({
        let scene = scene.clone();
        move || {
            switch(&gate, &sender, &scene, SWITCHES);
            gate
        }
    });
    let gate = switching.await.unwrap();
    for client in clients {
        tokio::task::spawn_blocking(move || client.join().unwrap()).await.unwrap();
    }
    scene.verdicts.assert();
    // Clients that nobody has ended are there as long as this is.
    drop(visits);

    gate.heal().unwrap();
    gate.wait_for_no_connections(SOON).await.unwrap();
    soon(gate.wait_closed()).await;
    let mut client = TcpStream::connect(gate.address()).await.unwrap();
    client.write_all(&0_u64.to_le_bytes()).await.unwrap();
    assert_eq!(support::read(&mut client, 1).await, b"!", "it serves as ever");
    serving.abort();
}

/// Changes the way of accepting as fast as clients come and go, or for a while as fast as it can.
fn switch(gate: &TcpGate, visits: &Sender<Visit>, scene: &Scene, switches: u64) {
    for version in 1..=switches {
        let socket = prepare(gate.address());
        scene.versions.switch(version, |accepting| gate.set_accepting(accepting).unwrap());
        if version % 8 < 3 {
            // This client comes at once after the change.
            visits.send(Visit::begin(socket, gate.address(), scene)).expect("clients");
            // Now and then the way stays, so that some clients see nothing else.
            let ended = if version % 17 == 0 { 4 } else { 1 };
            assert!(scene.verdicts.wait_for(ended), "clients hang in version {version}");
        }
    }
    scene.versions.end();
}

/// Ends the visits that have begun already, and makes others meanwhile.
fn come_and_go(address: SocketAddr, visits: &Mutex<Receiver<Visit>>, scene: &Scene) {
    while !scene.versions.are_over() {
        let visit = visits.lock().unwrap().try_recv();
        visit.unwrap_or_else(|_| Visit::begin(prepare(address), address, scene)).end(scene);
    }
}

/// Answers the clients that have been let through, and looks at when they came.
async fn serve(server: TcpListener, scene: Arc<Scene>) {
    while let Ok((mut stream, _)) = server.accept().await {
        let reached = scene.versions.latest();
        let scene = scene.clone();
        tokio::spawn(async move {
            let mut since = [0; 8];
            // One that has gone already has nothing to tell.
            if stream.read_exact(&mut since).await.is_ok() {
                let span = Span { first: u64::from_le_bytes(since), last: reached };
                scene.verdicts.reached_the_server(span);
                let _ = stream.write_all(b"!").await;
                let _ = stream.read(&mut [0]).await;
            }
        });
    }
}
