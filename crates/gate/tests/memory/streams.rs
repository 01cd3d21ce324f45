//! One connection whose faults hold what they are given.

use std::time::Duration;

use chaosgate::{Coalesce, EntrySpec, Latency, Slice};
use tokio::io::AsyncWriteExt;

use crate::counting::{KIB, MIB, READ, Since, alone};
use crate::support::{Rig, SOON, read_all, soon};

/// Cuts all into single bytes after `delay`, and joins them again.
fn cut_and_joined(delay: Duration) -> [EntrySpec; 3] {
    [Latency::new(delay).into(), Slice::new(1).unwrap().into(), Coalesce::new(1_000_000_000).into()]
}

/// Sends so much through it, all of which comes, while no more than `bound` is in use, and a few reads.
async fn send_within(bound: usize, rig: &Rig, delay: Duration, bytes: usize) {
    let (mut client, server) = rig.pair().await;
    rig.gate.to_server().set(cut_and_joined(delay)).unwrap();
    let (chunk, mut buffer) = (vec![7; 64 * KIB], vec![0; 64 * KIB]);
    let (since, mut most) = (Since::now(), 0);
    let sending = async {
        for _ in 0..bytes / chunk.len() {
            client.write_all(&chunk).await.unwrap();
        }
        // With the end of the stream, what is held at the last goes on.
        client.shutdown().await.unwrap();
    };
    let receiving = async {
        let mut received = 0;
        loop {
            most = most.max(since.held());
            match server.try_read(&mut buffer) {
                Ok(0) => return received,
                Ok(count) => received += count,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    };
    let ((), received) = soon(async { tokio::join!(sending, receiving) }).await;
    assert_eq!(received, bytes);
    drop((client, server));
    rig.gate.wait_for_no_connections(SOON).await.unwrap();
    assert!(most <= bound + 2 * READ, "{} KiB", most / KIB);
    // A queue that grows is counted twice at that moment.
    let peak = since.most();
    assert!(peak <= 2 * bound + 2 * READ, "{} KiB for a moment", peak / KIB);
}

#[test]
fn what_is_cut_into_single_bytes_and_held_takes_no_more_than_the_buffer() {
    alone(1, async {
        let rig = Rig::with(|builder| builder.buffer(2 * MIB)).await;
        send_within(2 * MIB, &rig, Duration::from_millis(50), 128 * KIB).await;
    });
}

#[test]
fn what_is_cut_into_single_bytes_and_held_takes_no_more_than_the_memory_of_the_gate() {
    alone(1, async {
        let rig = Rig::with(|builder| builder.buffer_total(MIB)).await;
        send_within(MIB, &rig, Duration::from_millis(50), 128 * KIB).await;
    });
}

#[test]
fn a_connection_that_has_filled_the_memory_of_the_gate_alone_goes_on_when_the_server_reads() {
    alone(1, async {
        let rig = Rig::with(|builder| builder.buffer_total(64 * KIB)).await;
        let (mut client, mut server) = rig.pair().await;
        let bytes = vec![7; 64 * MIB];
        let sending = async {
            client.write_all(&bytes).await.unwrap();
            client.shutdown().await.unwrap();
        };
        let receiving = async {
            // Until then the gate holds what the server's socket does not take.
            tokio::time::sleep(Duration::from_millis(300)).await;
            read_all(&mut server).await
        };
        let ((), (received, error)) = soon(async { tokio::join!(sending, receiving) }).await;
        assert_eq!((received.len(), error), (bytes.len(), None));
    });
}

#[test]
#[ignore = "full: a million pieces"]
fn of_a_mebibyte_in_single_bytes_no_more_than_the_buffer_is_held() {
    alone(1, async {
        let rig = Rig::new().await;
        send_within(64 * MIB, &rig, Duration::from_secs(3), MIB).await;
    });
}

#[test]
#[ignore = "full: a million pieces"]
fn of_a_mebibyte_in_single_bytes_no_more_than_the_memory_of_the_gate_is_held() {
    alone(1, async {
        let rig = Rig::with(|builder| builder.buffer_total(4 * MIB)).await;
        send_within(4 * MIB, &rig, Duration::from_secs(3), MIB).await;
    });
}
