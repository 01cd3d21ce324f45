//! A minute of everything at once: clients that come and go, faults that change, sides that reset.

mod support;

use std::time::{Duration, Instant};

use chaosgate::{
    Accepting, At, Bandwidth, Blackhole, CloseOnData, Coalesce, Corrupt, Drop, EntrySpec, Faults,
    How, Idle, Latency, Lifetime, LimitBytes, Loss, Reset, Scope, Slice, SlowClose, Stall, Then,
};
use support::{SOON, echo, read, soon};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// One of every fault, with times and sizes that matter to short requests.
fn faults() -> Vec<EntrySpec> {
    let brief = Duration::from_millis(5);
    vec![
        Stall {}.into(),
        Drop::default().into(),
        Blackhole::default().into(),
        Latency { jitter: brief, ..Latency::new(brief) }.into(),
        Bandwidth::new(1e6).unwrap().into(),
        Slice::new(7).unwrap().into(),
        CloseOnData { how: How::Reset, ..CloseOnData::default() }.into(),
        LimitBytes::new(3_000).into(),
        Lifetime::new(brief).into(),
        SlowClose { delay: brief }.into(),
        Reset { after: brief, ..Reset::default() }.into(),
        Corrupt::default().into(),
        Coalesce { max_wait: brief, ..Coalesce::new(5_000) }.into(),
        Loss::new(0.3).unwrap().into(),
        Idle { then: Then::Blackhole, ..Idle::new(brief) }.into(),
        Idle { at: At::NextData, ..Idle::new(brief) }.into(),
        Bandwidth { scope: Scope::Gate, ..Bandwidth::new(1e6).unwrap() }.into(),
        LimitBytes { scope: Scope::Gate, ..LimitBytes::new(50_000) }.into(),
    ]
}

/// Requests on one connection after another; whatever happens to one is fine, if it ends.
async fn client(address: std::net::SocketAddr, until: Instant, number: usize) {
    let mut request = 0;
    while Instant::now() < until {
        request += 1;
        let Ok(mut stream) = TcpStream::connect(address).await else {
            tokio::time::sleep(Duration::from_millis(1)).await;
            continue;
        };
        let size = (number * 7919 + request * 104_729) % 20_000 + 1;
        let asking = async {
            stream.write_all(&vec![1; size]).await?;
            stream.read_exact(&mut vec![0; size]).await
        };
        let _ = tokio::time::timeout(Duration::from_millis(20), asking).await;
        match request % 3 {
            0 => support::reset(stream),
            1 => drop(stream),
            _ => {
                let _ = stream.shutdown().await;
            }
        }
    }
}

fn change(faults: &Faults, all: &[EntrySpec], step: usize) {
    let chosen = [0, 3, 5].map(|offset| all[(step + offset * step / 3) % all.len()].clone());
    let count = step % (chosen.len() + 1);
    faults.set(chosen.into_iter().take(count)).unwrap();
}

/// The memory that the process has in use, in KiB.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse().ok()).unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "full: a minute of random faults"]
async fn after_a_minute_of_everything_the_gate_works_and_holds_nothing() {
    let gate = echo().await;
    let all = faults();
    let until = Instant::now() + Duration::from_mins(1);
    let mut clients = JoinSet::new();
    for number in 0..50 {
        clients.spawn(client(gate.address(), until, number));
    }
    let (mut step, mut settled) = (0, 0);
    while Instant::now() < until {
        step += 1;
        change(&gate.to_server(), &all, step);
        change(&gate.to_client(), &all, step * 31);
        if step % 50 == 0 {
            let modes = [Accepting::Hold, Accepting::Refuse, Accepting::Reset, Accepting::Mute];
            gate.set_accepting(modes[step / 50 % 4]).unwrap();
            gate.close_connections(if step % 100 == 0 { How::Reset } else { How::Fin });
            gate.heal().unwrap();
        }
        if step == 2_000 {
            settled = resident();
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    gate.heal().unwrap();
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }
    gate.wait_for_no_connections(SOON).await.expect("healing leaves no hanging pair");
    soon(gate.wait_closed()).await;

    let mut stream = TcpStream::connect(gate.address()).await.unwrap();
    stream.write_all(b"recovered").await.unwrap();
    assert_eq!(read(&mut stream, 9).await, b"recovered");
    let grown = resident().saturating_sub(settled);
    assert!(grown < 64 << 10, "grew by {grown} KiB after it had settled at {settled} KiB");
}
