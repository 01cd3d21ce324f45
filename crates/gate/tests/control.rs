//! Control never hangs, and what it changes leaks nothing.

mod support;

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use bytes::Bytes;
use chaosgate::{
    Accepting, Bandwidth, EntrySpec, How, Latency, Lifetime, LimitBytes, Route, Segment, Slice,
    SlowClose, Stall, TcpGate,
};
use socket2::{Domain, Socket, Type};
use support::{Rig, SOON, echo, numbered, read, soon};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What "at once" means here: far more than it takes, and far less than any wait for a peer.
const AT_ONCE: Duration = Duration::from_millis(100);

fn at_once<T>(what: &str, call: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = call();
    assert!(start.elapsed() < AT_ONCE, "{what} took {:?}", start.elapsed());
    result
}

/// Every control call there is, each timed, and then a new connection.
fn all_control_calls_return_at_once(rig: &Rig) {
    let gate = &rig.gate;
    let hour = Latency::new(Duration::from_hours(1));
    at_once("set", || gate.to_server().set([hour]).unwrap());
    at_once("add", || gate.both().add(Stall {}).unwrap());
    at_once("update", || gate.both().update("stall", hour).unwrap());
    at_once("remove", || gate.both().remove("stall").unwrap());
    at_once("list", || assert_eq!(gate.to_server().list().len(), 1));
    at_once("pass", || gate.both().pass());
    at_once("connections", || gate.connections());
    at_once("events", || gate.events());
    if cfg!(target_os = "linux") {
        at_once("set_accepting", || gate.set_accepting(Accepting::Timeout).unwrap());
    }
    for accepting in [Accepting::Hold, Accepting::Refuse, Accepting::Mute, Accepting::Accept] {
        at_once("set_accepting", || gate.set_accepting(accepting).unwrap());
    }
    at_once("close_connections", || gate.close_connections(How::Reset));
    at_once("stop", || gate.stop());
    at_once("start", || gate.start().unwrap());
}

async fn a_new_connection_works(rig: &Rig) {
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"new").await.unwrap();
    assert_eq!(read(&mut server, 3).await, b"new");
}

#[tokio::test]
async fn control_returns_at_once_with_a_client_that_does_not_read() {
    let rig = Rig::new().await;
    let (_client, mut server) = rig.pair().await;
    let _hour = rig.gate.to_client().add(Latency::new(Duration::from_millis(1))).unwrap();
    let chunk = vec![1; 1 << 20];
    while let Ok(written) =
        tokio::time::timeout(Duration::from_millis(200), server.write_all(&chunk)).await
    {
        written.unwrap();
    }
    all_control_calls_return_at_once(&rig);
    a_new_connection_works(&rig).await;
}

#[tokio::test]
async fn control_returns_at_once_with_faults_in_a_wait_of_an_hour() {
    let rig = Rig::new().await;
    let hour = Duration::from_hours(1);
    let faults: [EntrySpec; 5] = [
        Latency::new(hour).into(),
        Bandwidth::new(0.001).unwrap().into(),
        Slice { pause: hour, ..Slice::new(1).unwrap() }.into(),
        Lifetime::new(hour).into(),
        SlowClose { delay: hour }.into(),
    ];
    for fault in faults {
        rig.gate.to_server().set([fault]).unwrap();
        let (mut client, server) = rig.pair().await;
        client.write_all(b"held").await.unwrap();
        client.shutdown().await.unwrap();
        while rig.gate.connections()[0].to_server.received == 0 {
            tokio::task::yield_now().await;
        }
        all_control_calls_return_at_once(&rig);
        a_new_connection_works(&rig).await;
        rig.gate.close_connections(How::Reset);
        drop((client, server));
    }
}

/// A server that completes no handshake: its backlog is full.
#[cfg(target_os = "linux")]
struct BlackHole {
    listener: Socket,
    _queued: Vec<Socket>,
}

#[cfg(target_os = "linux")]
impl BlackHole {
    fn new() -> Self {
        let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let any: std::net::SocketAddr = ([127, 0, 0, 1], 0).into();
        listener.bind(&any.into()).unwrap();
        listener.listen(0).unwrap();
        let address = listener.local_addr().unwrap();
        let queued = (0..4).map(|_| {
            let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
            socket.set_nonblocking(true).unwrap();
            let _ = socket.connect(&address);
            socket
        });
        let queued = queued.collect();
        BlackHole { listener, _queued: queued }
    }

    fn address(&self) -> String {
        self.listener.local_addr().unwrap().as_socket().unwrap().to_string()
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn control_returns_at_once_with_an_upstream_that_black_holes_the_dial() {
    let hole = BlackHole::new();
    let gate = TcpGate::start_on(Route::to(hole.address())).unwrap();
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let rig = Rig { gate, server };
    let mut client = rig.client().await;
    client.write_all(b"unread").await.unwrap();
    while rig.gate.totals().accepted == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(rig.gate.connection_count(), 0, "it counts once the server is connected");
    all_control_calls_return_at_once(&rig);
    let error = soon(client.read(&mut [0])).await.expect_err("the dial has ended with it");
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    drop(client);
    // A client that gives up ends its dial.
    let gone = rig.client().await;
    while rig.gate.totals().accepted < 2 {
        tokio::task::yield_now().await;
    }
    support::reset(gone);
    soon(rig.gate.wait_closed()).await;
}

/// Open descriptors of this process.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_changes_under_traffic_lose_no_byte_and_leak_nothing() {
    let gate = echo().await;
    let before = (descriptors(), tokio::runtime::Handle::current().metrics().num_alive_tasks());
    let (mut reader, mut writer) = TcpStream::connect(gate.address()).await.unwrap().into_split();
    let writing = tokio::spawn(async move {
        let mut sent = 0_usize;
        let data = numbered(1 << 16);
        while sent < 8 << 20 {
            writer.write_all(&data).await.unwrap();
            sent += data.len();
        }
        writer
    });
    let reading = tokio::spawn(async move {
        let (data, mut got, mut received) = (numbered(1 << 16), vec![0; 1 << 16], 0);
        while received < 8 << 20 {
            reader.read_exact(&mut got).await.unwrap();
            assert!(got == data, "a byte was lost, doubled or overtaken after {received}");
            received += got.len();
        }
        reader
    });
    let brief = Duration::from_micros(200);
    for round in 0..10_000_u64 {
        let faults = if round % 2 == 0 { gate.to_server() } else { gate.to_client() };
        let fault: EntrySpec = match round % 5 {
            0 => Latency::new(brief).into(),
            1 => Stall {}.into(),
            2 => Bandwidth::new(1e8).unwrap().into(),
            3 => Slice::new(10_000).unwrap().into(),
            _ => LimitBytes::new(1 << 40).into(),
        };
        let guard = faults.fault(fault.named("changing")).unwrap();
        faults.update("changing", Latency::new(brief)).unwrap();
        drop(guard);
        faults.remove("changing").unwrap();
        if round % 16 == 0 {
            tokio::task::yield_now().await;
        }
    }
    gate.both().pass();
    let writer = soon(writing).await.unwrap();
    let reader = soon(reading).await.unwrap();
    drop((writer, reader));
    gate.wait_for_no_connections(SOON).await.unwrap();
    soon(gate.wait_closed()).await;
    let after = async {
        loop {
            let now =
                (descriptors(), tokio::runtime::Handle::current().metrics().num_alive_tasks());
            if now <= before {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    soon(after).await;
}

#[tokio::test]
async fn a_gate_holds_no_more_than_its_buffers() {
    const LIMIT: usize = 1 << 20;
    let rig = Rig::with(|builder| builder.buffer(LIMIT).buffer_total(2 * LIMIT)).await;
    rig.gate.to_server().add(Latency::new(Duration::from_hours(1))).unwrap();
    let mut pairs = Vec::new();
    for _ in 0..4 {
        let (mut client, server) = rig.pair().await;
        let chunk = Bytes::from(vec![1; 1 << 16]);
        while let Ok(written) =
            tokio::time::timeout(Duration::from_millis(300), client.write_all(&chunk)).await
        {
            written.unwrap();
        }
        pairs.push((client, server));
    }
    let held: Vec<u64> = rig.gate.connections().iter().map(|one| one.to_server.received).collect();
    assert!(held.iter().all(|held| *held <= LIMIT as u64), "{held:?}");
    // One read of each connection may go beyond, since each may always hold one.
    assert!(held.iter().sum::<u64>() <= 2 * LIMIT as u64 + 4 * (256 << 10), "{held:?}");
    assert!(held.iter().all(|held| *held > 0), "none is shut out: {held:?}");
    rig.gate.heal().unwrap();
    let (_, server) = &mut pairs[3];
    assert!(!read(server, 1 << 16).await.is_empty(), "it goes on");
}

#[tokio::test]
async fn a_gate_holds_4_kib_however_small_its_buffer() {
    const FLOOR: usize = 4 << 10;
    let rig = Rig::with(|builder| builder.buffer(1)).await;
    let (mut client, mut server) = rig.pair().await;
    rig.gate.to_server().add(Latency::new(Duration::from_hours(1))).unwrap();
    let sent = numbered(16 * FLOOR);
    client.write_all(&sent).await.unwrap();
    let received = || rig.gate.connections()[0].to_server.received;
    soon(async {
        // What it holds is one segment, which is charged for more than its bytes.
        while received() < (FLOOR - Segment::OVERHEAD) as u64 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    rig.gate.heal().unwrap();
    assert!(read(&mut server, sent.len()).await == sent, "and all of it comes through");
}
