//! A gate works wherever it is made: without a runtime, across those of several tests, and not at all
//! once the one that it was given has ended.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use chaosgate::{
    Accepting, AcceptingError, Latency, ListError, Route, StartError, TcpGate, UdpGate, WaitError,
};
use tokio::runtime::{Builder, Runtime};

/// How long a test waits for what must come.
const SOON: Duration = Duration::from_secs(20);

/// A server that sends back what it gets.
fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            std::thread::spawn(move || std::io::copy(&mut client.try_clone()?, &mut client));
        }
    });
    address
}

fn ask(gate: &TcpGate) {
    let mut client = TcpStream::connect(gate.address()).unwrap();
    client.set_read_timeout(Some(SOON)).unwrap();
    client.write_all(b"hello").unwrap();
    let mut answer = [0; 5];
    client.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"hello");
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_gate_works_in_a_test_without_a_runtime() {
    let gate = TcpGate::start_on(Route::to(echo())).unwrap();
    let slow = gate.to_client().fault(Latency::new(Duration::from_millis(1))).unwrap();
    ask(&gate);
    slow.wait_for_hits_blocking(1, SOON).unwrap();
    drop(slow);
    let client = TcpStream::connect(gate.address()).unwrap();
    gate.wait_for_connections_blocking(1, SOON).unwrap();
    drop(client);
    gate.wait_for_no_connections_blocking(SOON).unwrap();
    assert!(UdpGate::start_on(Route::to("127.0.0.1:9")).unwrap().is_running());
}

#[test]
fn a_gate_in_a_static_outlives_the_runtime_that_it_was_made_on() {
    static GATE: OnceLock<TcpGate> = OnceLock::new();
    for _ in 0..3 {
        runtime().block_on(async {
            let gate = GATE.get_or_init(|| TcpGate::start_on(Route::to(echo())).unwrap());
            assert!(gate.is_running());
            ask(gate);
            gate.heal().unwrap();
        });
    }
}

#[test]
fn a_wait_is_over_in_time_on_any_runtime_and_on_none() {
    let gate = TcpGate::start_on(Route::to("127.0.0.1:9")).unwrap();
    let (limit, start) = (Duration::from_millis(50), Instant::now());
    let error = gate.wait_for_connections_blocking(1, limit).unwrap_err();
    assert!(matches!(error, WaitError::Connections { wanted: 1, got: 0, .. }), "{error}");
    assert!(start.elapsed() >= limit);
    // A runtime that has no time of its own.
    let error = Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(gate.wait_for_connections(1, limit))
        .unwrap_err();
    assert!(matches!(error, WaitError::Connections { .. }), "{error}");
    assert!(start.elapsed() >= limit * 2);
}

#[test]
fn a_gate_whose_runtime_has_ended_says_so_in_place_of_being_silent() {
    let given = runtime();
    let gate =
        TcpGate::builder(Route::to("127.0.0.1:9")).runtime(given.handle().clone()).start().unwrap();
    let entry = gate.to_server().add(Latency::new(Duration::ZERO)).unwrap();
    assert!(gate.is_running());
    // Somebody is waiting meanwhile.
    let error = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| gate.wait_for_connections_blocking(1, SOON));
        drop(given);
        waiting.join().unwrap().unwrap_err()
    });
    assert_eq!(error, WaitError::RuntimeEnded);
    assert!(!gate.is_running());
    assert!(matches!(gate.start(), Err(StartError::RuntimeEnded)));
    let refused = gate.set_accepting(Accepting::Refuse);
    assert!(matches!(refused, Err(AcceptingError::RuntimeEnded)));
    assert!(matches!(gate.heal(), Err(AcceptingError::RuntimeEnded)));
    let changed = gate.both().set([Latency::new(Duration::ZERO)]);
    assert_eq!(changed, Err(ListError::RuntimeEnded));
    assert_eq!(gate.to_server().remove("latency"), Err(ListError::RuntimeEnded));
    assert_eq!(entry.wait_for_hits_blocking(1, SOON), Err(WaitError::RuntimeEnded));
    gate.stop();
}

#[test]
fn a_wait_without_a_limit_ends_with_the_runtime() {
    let given = runtime();
    let builder = TcpGate::builder(Route::to("127.0.0.1:9")).runtime(given.handle().clone());
    let gate = builder.start().unwrap();
    let waited = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| gate.wait_for_connections_blocking(1, Duration::MAX));
        drop(given);
        waiting.join().unwrap()
    });
    assert_eq!(waited, Err(WaitError::RuntimeEnded));
}

#[test]
fn a_wait_that_blocks_the_runtime_of_its_gate_is_over_in_time() {
    let limit = Duration::from_millis(20);
    let blocked = async {
        let builder = TcpGate::builder(Route::to("127.0.0.1:9"));
        let gate = builder.runtime(tokio::runtime::Handle::current()).start().unwrap();
        gate.wait_for_connections_blocking(1, limit)
    };
    let error = runtime().block_on(blocked).unwrap_err();
    assert!(matches!(error, WaitError::Connections { .. }), "{error}");
}
