//! The pipes through which the kernel moves bulk data: the whole process is looked at, so these tests have one
//! of their own, and run one after the other.
#![cfg(target_os = "linux")]

mod support;

use std::time::Duration;

use support::{Rig, SOON, pipes, read};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::Mutex;

const CHUNK: usize = 1 << 20;

/// Whoever has it counts alone.
static COUNTING: Mutex<()> = Mutex::const_new(());

/// Until the receiver takes nothing more. Gives what has been sent.
async fn fill(sender: &mut TcpStream, chunk: &[u8]) -> usize {
    let mut sent = 0;
    while let Ok(written) =
        tokio::time::timeout(Duration::from_millis(300), sender.write(chunk)).await
    {
        sent += written.expect("it takes them");
    }
    sent
}

#[tokio::test]
async fn what_a_receiver_does_not_take_waits_in_a_pipe_which_is_given_back() {
    let _alone = COUNTING.lock().await;
    let rig = Rig::new().await;
    let before = pipes();
    let (mut client, mut server) = rig.pair().await;
    let chunk = vec![7; CHUNK];
    let sent = fill(&mut client, &chunk).await;
    assert!(pipes() > before, "the kernel has it in hand");
    let received = read(&mut server, sent).await;
    assert!(received.iter().all(|byte| *byte == 7));
    drop((client, server));
    rig.gate.wait_for_no_connections(SOON).await.expect("it has ended");
    assert_eq!(pipes(), before, "nobody needs one any more");
}

#[tokio::test]
async fn connections_that_are_idle_behind_bulk_data_keep_a_few_pipes_of_all() {
    let _alone = COUNTING.lock().await;
    let rig = Rig::new().await;
    let before = pipes();
    let mut pairs = rig.pairs(10).await;
    let chunk = vec![1; CHUNK];
    let mut waiting = Vec::new();
    for (client, _) in &mut pairs {
        waiting.push(fill(client, &chunk).await);
    }
    assert!(pipes() >= before + 16, "each holds one: {}", pipes() - before);
    for ((_, server), sent) in pairs.iter_mut().zip(waiting) {
        read(server, sent).await;
    }
    assert!(pipes() <= before + 8, "{} ends", pipes() - before);
    drop(pairs);
    rig.gate.wait_for_no_connections(SOON).await.expect("they have ended");
    assert_eq!(pipes(), before);
}
