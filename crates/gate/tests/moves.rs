//! Gates that change their places together.

mod support;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use chaosgate::{
    Accepting, AnyGate, ListenAt, Move, Route, StartError, TcpGate, UdpGate, move_together,
};
use support::{SOON, read, soon};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::runtime::Handle;
use tokio::time::timeout;

/// Far longer than a connect takes that is let in, and sooner than a client sends its SYN again.
const AT_ONCE: Duration = Duration::from_millis(500);

/// A server that greets each client with a letter, and the address where it is.
async fn greeter(letter: u8) -> String {
    let server = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let at = server.local_addr().expect("an address").to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = server.accept().await {
            tokio::spawn(async move {
                let _ = stream.write_all(&[letter]).await;
                // Until the client goes.
                let _ = stream.readable().await;
            });
        }
    });
    at
}

/// A gate before a server that greets with this letter.
async fn gate(letter: u8) -> TcpGate {
    let route = Route::new(char::from(letter), "127.0.0.1:0", greeter(letter).await);
    TcpGate::builder(route).runtime(Handle::current()).start().expect("a gate")
}

fn listen_at(address: &str) -> ListenAt {
    ListenAt::look_up(address).expect("an address")
}

fn to(gate: &AnyGate, address: SocketAddr) -> Move {
    Move::of(gate).listen(listen_at(&address.to_string()))
}

async fn greeting_at(address: SocketAddr) -> u8 {
    let mut client = soon(TcpStream::connect(address)).await.expect("it is let in");
    read(&mut client, 1).await[0]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_gates_change_their_ports_with_each_other_and_no_client_is_lost() {
    let (a, b) = (gate(b'a').await, gate(b'b').await);
    let ports = [a.address(), b.address()];
    let (is_over, served) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let clients: Vec<_> = ports
        .into_iter()
        .cycle()
        .take(4)
        .map(|port| {
            let (is_over, served) = (is_over.clone(), served.clone());
            tokio::spawn(async move {
                while !is_over.load(Relaxed) {
                    assert!(b"ab".contains(&greeting_at(port).await));
                    served.fetch_add(1, Relaxed);
                }
            })
        })
        .collect();
    for turn in 1..=100 {
        let before = served.load(Relaxed);
        let [for_a, for_b] = if turn % 2 == 1 { [ports[1], ports[0]] } else { ports };
        move_together(&[to(&a, for_a), to(&b, for_b)]).expect("ports that are theirs");
        assert_eq!([a.address(), b.address()], [for_a, for_b]);
        assert_eq!([greeting_at(for_a).await, greeting_at(for_b).await], *b"ab");
        soon(async {
            while served.load(Relaxed) < before + 4 {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
    is_over.store(true, Relaxed);
    for client in clients {
        soon(client).await.expect("no client was refused, reset or left without an answer");
    }
}

#[tokio::test]
async fn connections_stay_with_the_gate_that_has_let_them_in() {
    let (a, b) = (gate(b'a').await, gate(b'b').await);
    let (at_a, at_b) = (a.address(), b.address());
    let mut client = TcpStream::connect(at_a).await.expect("it is let in");
    assert_eq!(read(&mut client, 1).await, b"a");
    move_together(&[to(&a, at_b), to(&b, at_a)]).expect("ports that are theirs");
    assert_eq!((a.connection_count(), b.connection_count()), (1, 0));
}

#[tokio::test]
async fn who_waits_to_be_accepted_waits_for_the_other_gate() {
    let (a, b) = (gate(b'a').await, gate(b'b').await);
    let at = a.address();
    a.set_accepting(Accepting::Hold).expect("a way of accepting");
    let mut client = TcpStream::connect(at).await.expect("a place in the queue");
    move_together(&[Move::of(&a).runs(false), to(&b, at)]).expect("a port that is theirs");
    assert_eq!(read(&mut client, 1).await, b"b");
    assert!(!a.is_running());
}

#[tokio::test]
async fn one_that_has_yet_to_be_started_goes_on_where_another_stops() {
    let old = gate(b'a').await;
    let at = old.address();
    let route = Route::new("b", at, greeter(b'b').await);
    let new = TcpGate::builder(route).runtime(Handle::current()).build().expect("a gate");
    move_together(&[Move::of(&new).runs(true), Move::of(&old).runs(false)]).expect("its port");
    assert_eq!((greeting_at(at).await, new.address(), old.is_running()), (b'b', at, false));
}

/// What a client meets at an address.
async fn met_at(address: SocketAddr) -> Result<(), ErrorKind> {
    match timeout(AT_ONCE, TcpStream::connect(address)).await {
        Ok(connected) => connected.map(drop).map_err(|error| error.kind()),
        Err(_) => Err(ErrorKind::TimedOut),
    }
}

fn meant_by(accepting: Accepting) -> Result<(), ErrorKind> {
    match accepting {
        Accepting::Refuse => Err(ErrorKind::ConnectionRefused),
        Accepting::Timeout => Err(ErrorKind::TimedOut),
        _ => Ok(()),
    }
}

/// Those of which each does something else with the queue of a socket.
#[cfg(target_os = "linux")]
const WAYS: [Accepting; 3] = [Accepting::Accept, Accepting::Refuse, Accepting::Timeout];

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_port_is_taken_over_from_every_way_of_accepting_to_every_other() {
    for (before, then) in WAYS.into_iter().flat_map(|one| WAYS.map(|other| (one, other))) {
        let (a, b) = (gate(b'a').await, gate(b'b').await);
        let (at_a, at_b) = (a.address(), b.address());
        a.set_accepting(before).expect("a way of accepting");
        b.set_accepting(then).expect("a way of accepting");
        move_together(&[to(&a, at_b), to(&b, at_a)]).expect("ports that are theirs");
        assert_eq!(met_at(at_a).await, meant_by(then), "{before} to {then}");
        assert_eq!(met_at(at_b).await, meant_by(before), "{then} to {before}");
        for (gate, at, letter) in [(&a, at_b, b'a'), (&b, at_a, b'b')] {
            gate.heal().expect("a port of its own");
            assert_eq!(greeting_at(at).await, letter, "{before} and {then}");
        }
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn if_one_of_them_cannot_be_where_it_is_to_be_nothing_changes() {
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let taken = taken.local_addr().map(|at| (taken, at)).expect("an address");
    for (before, then) in WAYS.into_iter().flat_map(|one| WAYS.map(|other| (one, other))) {
        let gates = [gate(b'a').await, gate(b'b').await, gate(b'c').await];
        let at = [0, 1, 2].map(|one| gates[one].address());
        gates[0].set_accepting(before).expect("a way of accepting");
        gates[1].set_accepting(then).expect("a way of accepting");
        let itself = gates[2].route().upstream.clone();
        for wrong in [
            to(&gates[2], taken.1),
            Move::of(&gates[2]).listen(listen_at(&itself)),
            Move::of(&gates[2]).upstream("nowhere"),
        ] {
            let moves = [to(&gates[0], at[1]), to(&gates[1], at[0]), wrong];
            let error = move_together(&moves).expect_err("a place that is taken");
            assert_eq!(error.gate, "c");
            assert!(
                matches!(error.source, StartError::Listen { .. } | StartError::Address { .. }),
                "{error}"
            );
        }
        assert_eq!([0, 1, 2].map(|one| gates[one].address()), at);
        assert_eq!(met_at(at[0]).await, meant_by(before), "{before}");
        assert_eq!(met_at(at[1]).await, meant_by(then), "{then}");
        for (gate, letter) in gates.iter().zip(*b"abc") {
            gate.heal().expect("a port of its own");
            assert_eq!(greeting_at(gate.address()).await, letter, "{before} and {then}");
        }
    }
}

#[tokio::test]
async fn two_that_are_to_listen_at_one_address_cannot() {
    let gates = [gate(b'a').await, gate(b'b').await, gate(b'c').await];
    let before: Vec<_> = gates.iter().map(|gate| gate.address()).collect();
    for address in [before[2], SocketAddr::from(([127, 0, 0, 1], free_port().await))] {
        let moves = [to(&gates[0], address), to(&gates[1], address), to(&gates[2], before[0])];
        let error = move_together(&moves).expect_err("one address for two");
        assert!(matches!(error.source, StartError::Listen { .. }), "{error}");
        let after: Vec<_> = gates.iter().map(|gate| gate.address()).collect();
        assert_eq!(after, before);
        for (gate, letter) in gates.iter().zip(*b"abc") {
            assert_eq!(greeting_at(gate.address()).await, letter);
        }
    }
}

async fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    free.local_addr().expect("an address").port()
}

#[test]
fn calls_at_the_same_time_do_not_wait_for_each_other_for_ever() {
    let gates = [1, 2].map(|_| TcpGate::start_on(Route::to("127.0.0.1:9")).expect("a gate"));
    let ports = [gates[0].address(), gates[1].address()];
    std::thread::scope(|scope| {
        for order in [[0, 1], [1, 0]] {
            let gates = &gates;
            scope.spawn(move || {
                for turn in 0..500 {
                    let moves = order.map(|one| to(&gates[one], ports[(one + turn) % 2]));
                    move_together(&moves).expect("ports that are theirs");
                }
            });
        }
    });
    let mut after = [gates[0].address(), gates[1].address()];
    after.sort_unstable_by_key(|address| *address != ports[0]);
    assert_eq!(after, ports);
}

#[tokio::test]
async fn gates_of_datagrams_change_their_ports_with_each_other() {
    let servers = [
        UdpSocket::bind("127.0.0.1:0").await.expect("a free port"),
        UdpSocket::bind("127.0.0.1:0").await.expect("a free port"),
    ];
    let gate =
        |server: &UdpSocket| UdpGate::start_on(Route::to(server.local_addr().expect("an address")));
    let gates = [gate(&servers[0]).expect("a gate"), gate(&servers[1]).expect("a gate")];
    let ports = [gates[0].address(), gates[1].address()];
    for (way, turn) in [Accepting::Accept, Accepting::Refuse, Accepting::Accept].iter().zip(1..) {
        // The one that refuses gives its port to one that does not.
        gates[0].set_accepting(*way).expect("a way of accepting");
        let moves = [0, 1].map(|one| to(&gates[one], ports[(one + turn) % 2]));
        move_together(&moves).expect("ports that are theirs");
        for (one, server) in servers.iter().enumerate() {
            if gates[one].accepting() == Accepting::Refuse {
                continue;
            }
            let client = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
            client.connect(gates[one].address()).await.expect("a way there");
            client.send(b"hello").await.expect("it is sent");
            let mut buffer = [0; 8];
            let (length, _) = soon(server.recv_from(&mut buffer)).await.expect("a datagram");
            assert_eq!(&buffer[..length], b"hello");
        }
    }
    gates[0].wait_for_connections(1, SOON).await.expect("the client of the last turn");
}

#[tokio::test]
async fn of_several_moves_for_one_gate_the_last_counts() {
    let gate = gate(b'a').await;
    let at = gate.address();
    move_together(&[Move::of(&gate).runs(false), to(&gate, at)]).expect("its own port");
    assert_eq!(greeting_at(at).await, b'a');
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_way_of_accepting_goes_with_the_gate_at_the_moment_of_the_move() {
    let (a, b) = (gate(b'a').await, gate(b'b').await);
    let (served, refused) = (a.address(), b.address());
    b.set_accepting(Accepting::Refuse).expect("a way of accepting");
    let (is_over, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let clients = [(served, Ok(())), (refused, Err(ErrorKind::ConnectionRefused))];
    let clients = clients.map(|(at, meant)| {
        let (is_over, count) = (is_over.clone(), count.clone());
        std::thread::spawn(move || {
            while !is_over.load(Relaxed) {
                let met = std::net::TcpStream::connect(at).map_err(|error| error.kind());
                assert_eq!(met.as_ref().map(|_| ()).map_err(|kind| *kind), meant, "{at}");
                if let Ok(mut client) = met {
                    // One that has been let in meets the new way of the gate that has let it in.
                    match std::io::Read::read_exact(&mut client, &mut [0]) {
                        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
                        greeted => greeted.expect("a greeting"),
                    }
                }
                count.fetch_add(1, Relaxed);
            }
        })
    });
    for turn in 0..100 {
        let before = count.load(Relaxed);
        let ways = [(refused, Accepting::Refuse), (served, Accepting::Accept)];
        let [for_a, for_b] = if turn % 2 == 0 { ways } else { [ways[1], ways[0]] };
        let moved = |gate, (at, way)| to(gate, at).accepting(way);
        move_together(&[moved(&a, for_a), moved(&b, for_b)]).expect("ports that are theirs");
        soon(async {
            while count.load(Relaxed) < before + 4
                && !clients.iter().any(std::thread::JoinHandle::is_finished)
            {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
    }
    is_over.store(true, Relaxed);
    for client in clients {
        let client = tokio::task::spawn_blocking(move || client.join());
        let met = soon(client).await.expect("a thread to wait on");
        met.expect("each client met what was meant for its port");
    }
}

#[tokio::test]
async fn two_cannot_share_an_address_though_one_of_them_refuses() {
    let (a, b) = (gate(b'a').await, gate(b'b').await);
    let moves = [Move::of(&a).accepting(Accepting::Refuse), to(&b, a.address())];
    let error = move_together(&moves).expect_err("one address for two");
    assert!(matches!(error.source, StartError::Listen { .. }), "{error}");
    assert_eq!((a.accepting(), greeting_at(a.address()).await), (Accepting::Accept, b'a'));
}

#[tokio::test]
async fn nobody_gets_the_port_of_datagrams_beside_a_move_that_has_failed() {
    let gates = [0, 1, 2].map(|_| UdpGate::start_on(Route::to("127.0.0.1:9")).expect("a gate"));
    let taken = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
    let at = taken.local_addr().expect("an address");
    let moves =
        [to(&gates[0], gates[1].address()), to(&gates[1], gates[0].address()), to(&gates[2], at)];
    move_together(&moves).expect_err("a place that is taken");
    for gate in &gates {
        let other = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::DGRAM, None);
        let other = other.expect("a socket");
        other.set_reuse_address(true).expect("an option");
        other.bind(&gate.address().into()).expect_err("the port is the gate's");
    }
}
