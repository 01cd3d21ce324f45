//! What all connections of a gate share: a rate, and a number of bytes.

#![expect(clippy::cast_precision_loss, reason = "some millions of bytes")]

mod support;

use std::time::{Duration, Instant};

use chaosgate::{Bandwidth, How, LimitBytes, Scope};
use support::{Rig, SOON, read, read_all};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const CONNECTIONS: usize = 8;

async fn pairs(rig: &Rig) -> Vec<(TcpStream, TcpStream)> {
    let mut pairs = Vec::new();
    for _ in 0..CONNECTIONS {
        pairs.push(rig.pair().await);
    }
    pairs
}

/// Lets every client send as much as it can for so long, and gives what each of them got through,
/// and in what time exactly.
async fn shares(rig: &Rig, time: Duration) -> (Vec<u64>, Duration) {
    let pairs = pairs(rig).await;
    let mut tasks = tokio::task::JoinSet::new();
    for (mut client, mut server) in pairs {
        tasks.spawn(async move { while client.write_all(&[0; 10_000]).await.is_ok() {} });
        tasks.spawn(async move {
            let _ = tokio::io::copy(&mut server, &mut tokio::io::sink()).await;
        });
    }
    // Counted from where all of them have begun.
    let sent = || -> Vec<u64> {
        rig.gate.connections().iter().map(|connection| connection.to_server.sent).collect()
    };
    while sent().iter().any(|sent| *sent < 20_000) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let (before, start) = (sent(), Instant::now());
    tokio::time::sleep(time).await;
    let (after, took) = (sent(), start.elapsed());
    rig.gate.close_connections(How::Reset);
    tasks.join_all().await;
    (after.iter().zip(before).map(|(after, before)| after - before).collect(), took)
}

fn shared_rate() -> Bandwidth {
    Bandwidth { scope: Scope::Gate, ..Bandwidth::new(1e6).unwrap() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_share_a_rate_each_have_some_of_it_and_together_no_more() {
    let rig = Rig::new().await;
    let start = Instant::now();
    rig.gate.to_server().add(shared_rate()).unwrap();
    let (shares, _) = shares(&rig, Duration::from_secs(1)).await;
    assert!(!shares.contains(&0), "{shares:?}");
    let allowed = start.elapsed().as_secs_f64() * 1e6 + 1_000.0;
    assert!(shares.iter().sum::<u64>() as f64 <= allowed, "{shares:?} of {allowed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "full: 5 s of a shared rate, alone on the machine"]
async fn of_a_megabyte_per_second_each_of_8_connections_has_an_eighth() {
    let rig = Rig::new().await;
    rig.gate.to_server().add(shared_rate()).unwrap();
    let (shares, took) = shares(&rig, Duration::from_secs(5)).await;
    let total = shares.iter().sum::<u64>();
    println!("{total} bytes in {took:?}: {shares:?}");
    let fair = total as f64 / CONNECTIONS as f64;
    for share in &shares {
        assert!((*share as f64 / fair - 1.0).abs() < 0.1, "{shares:?}");
    }
    let rate = total as f64 / took.as_secs_f64();
    assert!((rate / 1e6 - 1.0).abs() < 0.01, "{rate} bytes per second");
}

#[tokio::test]
async fn the_connection_that_takes_the_last_byte_closes_all_and_a_new_one_has_as_many_again() {
    for how in [How::Fin, How::Reset] {
        let rig = Rig::new().await;
        let limit = LimitBytes { scope: Scope::Gate, how, ..LimitBytes::new(1_000) };
        let entry = rig.gate.to_server().add(limit).unwrap();
        let mut pairs = pairs(&rig).await;
        let (last_client, last_server) = &mut pairs[CONNECTIONS - 1];
        last_client.write_all(&[1; 300]).await.unwrap();
        assert_eq!(read(last_server, 300).await, [1; 300]);
        let (client, server) = &mut pairs[0];
        client.write_all(&[2; 5_000]).await.unwrap();
        let (received, _) = read_all(server).await;
        assert_eq!(received, [2; 700], "the rest arrives first, also before a reset");
        for (client, _) in &mut pairs {
            let (received, error) = read_all(client).await;
            assert_eq!((received, error.is_some()), (vec![], how == How::Reset));
        }
        rig.gate.wait_for_no_connections(SOON).await.unwrap();
        assert_eq!(entry.hits(), CONNECTIONS as u64);

        let (mut client, mut server) = rig.pair().await;
        client.write_all(&[3; 999]).await.unwrap();
        assert_eq!(read(&mut server, 999).await, [3; 999]);
        assert_eq!(rig.gate.connection_count(), 1);
    }
}
