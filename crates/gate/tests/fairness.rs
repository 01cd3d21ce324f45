//! One connection never harms another, and none is left hanging.

mod support;

use std::io::{Read, Write};
use std::thread;
use std::time::{Duration, Instant};

use chaosgate::{
    ClosedBy, Custom, EntrySpec, Fault, How, Latency, Lifetime, Outbox, Segment, Slice, What,
};
use support::{Rig, SOON, read, read_all, reset, soon};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Takes nothing for a moment after each segment.
struct Gap {
    until: Option<Instant>,
}

impl Fault for Gap {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        self.until = Some(now + Duration::from_micros(150));
        out.push(segment, now);
    }

    fn room(&self, _: usize) -> usize {
        if self.until.is_some() { 0 } else { usize::MAX }
    }

    fn deadline(&self, _: Instant) -> Option<Instant> {
        self.until
    }

    fn on_deadline(&mut self, _: Instant, _: &mut Outbox) {
        self.until = None;
    }
}

/// What is discarded makes room at any moment around the last read of the other direction: nothing
/// comes out then that would tell of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn data_that_a_fault_makes_room_for_by_discarding_is_not_left_unread() {
    const ROUNDS: usize = 150;
    let rig = Rig::with(|builder| builder.buffer(300)).await;
    let (client, mut server) = rig.pair().await;
    let delayed = EntrySpec::from(Latency::new(Duration::from_micros(150)));
    rig.gate.to_server().set([delayed, chaosgate::Drop::default().into()]).unwrap();
    let (mut reader, mut writer) = client.into_split();
    let sending = tokio::spawn(async move { while writer.write_all(&[1; 4096]).await.is_ok() {} });
    let received = || rig.gate.totals().to_server.received;
    let (chunk, mut buffer) = (vec![1; 300_000], vec![0; 300_000]);
    for _ in 0..ROUNDS {
        let (sent, got) =
            soon(async { tokio::join!(server.write_all(&chunk), reader.read_exact(&mut buffer)) })
                .await;
        sent.unwrap();
        got.unwrap();
        // From here on, nothing but the direction itself wakes the connection.
        tokio::time::sleep(Duration::from_millis(5)).await;
        let before = received();
        soon(async {
            while received() == before {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
    }
    sending.abort();
}

/// The second byte comes at any moment around the closing of the fault: before the gate looks
/// whether data waits, after, and in between.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn data_that_comes_while_a_fault_closes_is_not_left_unread() {
    const ROUNDS: u64 = 15_000;
    let rig = Rig::new().await;
    rig.gate.to_server().add(Custom::new("gap", |_| Gap { until: None })).unwrap();
    let mut peers = Vec::new();
    for number in 0..6 {
        let (client, server) = rig.pair().await;
        let (mut client, mut server) = (client.into_std().unwrap(), server.into_std().unwrap());
        client.set_nodelay(true).unwrap();
        for stream in [&client, &server] {
            stream.set_nonblocking(false).unwrap();
        }
        server.set_read_timeout(Some(SOON)).unwrap();
        peers.push(thread::spawn(move || {
            for round in 0..ROUNDS {
                client.write_all(&[1]).unwrap();
                let pause = Duration::from_nanos((round * 7_919 + number * 104_729) % 60_000);
                let start = Instant::now();
                while start.elapsed() < pause {}
                client.write_all(&[2]).unwrap();
                server.read_exact(&mut [0; 2]).expect("both bytes come");
            }
        }));
    }
    for peer in peers {
        tokio::task::spawn_blocking(move || peer.join().unwrap()).await.unwrap();
    }
}

#[tokio::test]
async fn a_connection_in_one_byte_slices_leaves_time_for_the_others() {
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.pair().await;
    let (mut other, mut others_server) = rig.pair().await;
    rig.gate.to_server().add(Slice::new(1).unwrap()).unwrap();
    let writing = tokio::spawn(async move { client.write_all(&vec![1; 1 << 20]).await });
    let draining = tokio::spawn(async move {
        let mut buffer = vec![0; 1 << 16];
        while server.read(&mut buffer).await.is_ok_and(|count| count > 0) {}
    });
    // So many round trips fit only if the slices give way between them.
    for _ in 0..20 {
        other.write_all(b"?").await.unwrap();
        assert_eq!(read(&mut others_server, 1).await, b"?");
    }
    let sent = rig.gate.connections()[0].to_server.sent;
    assert!(sent < 1 << 20, "the mebibyte is still being sliced");
    writing.abort();
    draining.abort();
}

#[tokio::test]
async fn a_reset_is_noticed_while_the_memory_of_the_gate_is_full() {
    let rig = Rig::with(|builder| builder.buffer_total(64 << 10)).await;
    rig.gate.to_server().add(Latency::new(Duration::from_hours(1))).unwrap();
    let (mut client, mut server) = rig.pair().await;
    let chunk = vec![1; 1 << 16];
    while let Ok(written) =
        tokio::time::timeout(Duration::from_millis(200), client.write_all(&chunk)).await
    {
        written.unwrap();
    }
    reset(client);
    let (_, error) = read_all(&mut server).await;
    assert_eq!(error, Some(std::io::ErrorKind::ConnectionReset));
    rig.gate.wait_for_no_connections(SOON).await.unwrap();
}

#[tokio::test]
async fn a_custom_fault_that_panics_ends_its_connection_and_leaves_nothing_behind() {
    struct Broken;
    impl Fault for Broken {
        fn on_segment(&mut self, _: Segment, _: Instant, _: &mut Outbox) {
            panic!("a fault of the user's own that is broken, on purpose");
        }
    }
    let rig = Rig::new().await;
    rig.gate.to_server().add(Custom::new("broken", |_| Broken)).unwrap();
    let (mut client, server) = rig.pair().await;
    client.write_all(b"x").await.unwrap();
    rig.gate.wait_for_no_connections(SOON).await.unwrap();
    soon(rig.gate.wait_closed()).await;
    let last = rig.gate.events().pop().map(|event| event.what);
    assert_eq!(last, Some(What::Closed { by: ClosedBy::Failure, how: How::Fin }));
    drop(server);
    rig.gate.heal().unwrap();
    rig.pair().await;
}

#[tokio::test]
async fn a_lifetime_also_ends_a_connection_whose_client_does_not_read() {
    let rig = Rig::new().await;
    let (client, mut server) = rig.pair().await;
    rig.gate.to_client().add(Lifetime::new(Duration::from_millis(100))).unwrap();
    let writing = tokio::spawn(async move {
        let chunk = vec![1; 1 << 16];
        while server.write_all(&chunk).await.is_ok() {}
    });
    rig.gate.wait_for_no_connections(SOON).await.expect("its time is over");
    soon(writing).await.unwrap();
    drop(client);
}
