//! With no faults a gate cannot be told from a wire, but for what user space cannot do.

mod support;

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use chaosgate::{Blackhole, How, Latency, LimitBytes, Route, Stall, TcpGate};
use socket2::SockRef;
use support::{Rig, SOON, echo, numbered, read, read_all, reset, soon};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const RESET: Option<ErrorKind> = Some(ErrorKind::ConnectionReset);

#[tokio::test]
async fn a_half_close_keeps_the_reply() {
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"question").await.unwrap();
    client.shutdown().await.unwrap();
    assert_eq!(read_all(&mut server).await, (b"question".to_vec(), None));
    server.write_all(b"answer").await.unwrap();
    drop(server);
    assert_eq!(read_all(&mut client).await, (b"answer".to_vec(), None));
    rig.gate.wait_for_no_connections(SOON).await.unwrap();
}

#[tokio::test]
async fn data_arrives_whole_and_in_order_both_ways_at_once() {
    let gate = echo().await;
    let (mut reader, mut writer) = TcpStream::connect(gate.address()).await.unwrap().into_split();
    let sent = numbered(32 << 20);
    let expected = sent.clone();
    let writing = tokio::spawn(async move {
        writer.write_all(&sent).await.unwrap();
        writer.shutdown().await.unwrap();
    });
    let mut received = Vec::new();
    soon(reader.read_to_end(&mut received)).await.unwrap();
    writing.await.unwrap();
    assert!(received == expected, "{} of {} bytes, or others", received.len(), expected.len());
}

#[tokio::test]
async fn a_reset_by_either_side_reaches_the_other_as_a_reset() {
    let rig = Rig::new().await;
    let (client, mut server) = rig.pair().await;
    reset(client);
    assert_eq!(read_all(&mut server).await, (vec![], RESET));
    let (mut client, server) = rig.pair().await;
    reset(server);
    assert_eq!(read_all(&mut client).await, (vec![], RESET));
}

#[tokio::test]
async fn a_reset_after_data_delivers_the_data_first() {
    let rig = Rig::new().await;
    rig.gate.to_client().add(Latency::new(Duration::from_millis(50))).unwrap();
    let (mut client, mut server) = rig.pair().await;
    let data = numbered(200_000);
    server.write_all(&data).await.unwrap();
    // The gate has read it all, so the reset cannot overtake it in the kernel.
    while rig.gate.connections()[0].to_client.received < 200_000 {
        tokio::task::yield_now().await;
    }
    reset(server);
    let (received, error) = read_all(&mut client).await;
    assert_eq!((received.len(), error), (200_000, RESET));
    assert!(received == data);
}

#[tokio::test]
async fn a_reset_is_passed_on_while_the_gate_is_not_reading() {
    let rig = Rig::new().await;
    let stall = rig.gate.to_server().fault(Stall {}).unwrap();
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"unread").await.unwrap();
    stall.wait_for_hits(1, SOON).await.unwrap();
    reset(client);
    assert_eq!(read_all(&mut server).await, (vec![], RESET));
}

#[tokio::test]
async fn a_reset_is_passed_on_while_the_receiver_does_not_read() {
    let rig = Rig::new().await;
    let (client, mut server) = rig.pair().await;
    // The client does not read, so the gate stops reading the server; then the server resets.
    let chunk = vec![1; 1 << 20];
    while let Ok(written) =
        tokio::time::timeout(Duration::from_millis(200), server.write_all(&chunk)).await
    {
        written.unwrap();
    }
    reset(server);
    rig.gate.wait_for_no_connections(SOON).await.expect("the reset is noticed");
    drop(client);
}

#[tokio::test]
async fn a_reset_after_a_half_close_is_passed_on() {
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.pair().await;
    client.shutdown().await.unwrap();
    assert_eq!(read_all(&mut server).await, (vec![], None));
    reset(client);
    rig.gate.wait_for_no_connections(SOON).await.expect("the reset is noticed");
    let written = soon(async {
        loop {
            if let Err(error) = server.write_all(b"reply").await {
                return error.kind();
            }
        }
    });
    assert!(matches!(written.await, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe));
}

#[tokio::test]
async fn an_upstream_that_refuses_gives_the_client_a_reset_or_an_end_of_stream_as_asked() {
    for (how, expected) in [(How::Reset, RESET), (How::Fin, None)] {
        let Rig { gate, server } = Rig::with(|builder| builder.on_dial_failure(how)).await;
        drop(server);
        let mut client = TcpStream::connect(gate.address()).await.unwrap();
        assert_eq!(read_all(&mut client).await, (vec![], expected));
        assert_eq!(gate.connection_count(), 0);
    }
}

#[tokio::test]
async fn back_pressure_is_felt_and_ends() {
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.pair().await;
    let (data, mut written) = (numbered(64 << 20), 0);
    while written < data.len() {
        let some = client.write(&data[written..]);
        match tokio::time::timeout(Duration::from_millis(300), some).await {
            Ok(count) => written += count.unwrap(),
            Err(_) => break,
        }
    }
    assert!(written < data.len(), "the kernel's buffers are smaller than 64 MiB");
    let received = read(&mut server, written).await;
    assert!(received == data[..written]);
}

#[tokio::test]
async fn urgent_data_stays_in_line() {
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.pair().await;
    for round in 0..100 {
        client.write_all(b"before").await.unwrap();
        SockRef::from(&client).send_out_of_band(b"!").unwrap();
        client.write_all(b"after").await.unwrap();
        assert_eq!(read(&mut server, 12).await, b"before!after", "round {round}");
    }
}

#[tokio::test]
async fn a_mebibyte_through_100_ms_of_latency_takes_about_100_ms() {
    let rig = Rig::new().await;
    rig.gate.to_server().add(Latency::new(Duration::from_millis(100))).unwrap();
    let (mut client, mut server) = rig.pair().await;
    let data = numbered(1 << 20);
    let start = Instant::now();
    let (written, received) = tokio::join!(client.write_all(&data), read(&mut server, 1 << 20));
    written.unwrap();
    assert!(received == data);
    assert!(start.elapsed() >= Duration::from_millis(100));
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "not ten times 100 ms: {:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn removing_a_latency_releases_what_it_held_at_once_in_order() {
    let rig = Rig::new().await;
    let hour = rig.gate.to_server().fault(Latency::new(Duration::from_hours(1))).unwrap();
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"held").await.unwrap();
    hour.wait_for_hits(1, SOON).await.unwrap();
    drop(hour);
    client.write_all(b" then").await.unwrap();
    assert_eq!(read(&mut server, 9).await, b"held then");
}

#[tokio::test]
async fn healing_a_blackhole_leaves_no_hanging_pair_and_no_hole_in_a_stream() {
    for reset_instead in [false, true] {
        let rig = Rig::new().await;
        let (mut client, mut server) = rig.pair().await;
        let hole = rig.gate.both().fault(Blackhole::default()).unwrap();
        client.write_all(b"sent meanwhile").await.unwrap();
        if reset_instead {
            reset(client);
        } else {
            drop(client);
        }
        hole.wait_for_hits(1, SOON).await.unwrap();
        assert_eq!(rig.gate.connection_count(), 1, "the server has not noticed");
        drop(hole);
        let (received, error) = read_all(&mut server).await;
        assert_eq!(error.is_some(), reset_instead);
        // What had not been read when a reset came is gone, as without a gate.
        assert!(reset_instead || received == b"sent meanwhile", "{received:?}");
        drop(server);
        rig.gate.wait_for_no_connections(SOON).await.expect("no pair hangs");
    }
}

#[tokio::test]
async fn a_limit_with_reset_delivers_its_bytes_first() {
    let rig = Rig::new().await;
    let limit = LimitBytes { how: How::Reset, ..LimitBytes::new(150_000) };
    rig.gate.to_client().add(limit).unwrap();
    let (mut client, mut server) = rig.pair().await;
    let data = numbered(400_000);
    let writing = tokio::spawn(async move {
        // The gate closes the connection in the middle of it.
        let _ = server.write_all(&data).await;
        let _ = server.read(&mut [0]).await;
    });
    let (received, error) = read_all(&mut client).await;
    assert_eq!((received.len(), error), (150_000, RESET));
    assert!(received == numbered(150_000));
    writing.await.unwrap();
}

#[tokio::test]
async fn every_address_of_localhost_is_listened_on_and_dialled() {
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = format!("localhost:{}", server.local_addr().unwrap().port());
    let gate = TcpGate::start_on(Route::new("both", "localhost:0", upstream)).unwrap();
    for address in gate.addresses() {
        let mut client = TcpStream::connect(address).await.unwrap();
        let (mut reached, _) = soon(server.accept()).await.unwrap();
        client.write_all(b"x").await.unwrap();
        assert_eq!(read(&mut reached, 1).await, b"x");
    }
}
