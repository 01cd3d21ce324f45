//! A QUIC connection, and a gate in the middle of it.
#![cfg(unix)]

use std::time::{Duration, Instant};

use chaosgate::{EntrySpec, Route, UdpGate};
use chaosgate_e2e::datagrams::{AnyError, QuicServer, transfer};
use chaosgate_e2e::payload;
use tokio::time::timeout;

/// There to end a test that fails.
const LIMIT: Duration = Duration::from_secs(90);

/// 5 % of the datagrams are lost, in bursts of 3, all are delayed, and some are overtaken.
const FAULTS: [&str; 3] = [
    "burst_loss:good_to_bad=0.0175,bad_to_good=0.333",
    "latency:delay=20ms,jitter=5ms,keep_order=false",
    "reorder:ratio=0.02",
];

#[tokio::test(flavor = "multi_thread")]
async fn twenty_mib_come_whole_each_way_through_loss_delay_and_reordering() -> Result<(), AnyError>
{
    // Eight bytes each.
    const WORDS: u32 = 20 << 17;
    let server = QuicServer::start()?;
    let gate = UdpGate::start_on(Route::to(server.addr()?))?;
    let faults = FAULTS.map(|fault| fault.parse::<EntrySpec>().expect("a fault"));
    gate.both().set(faults)?;

    let quic = timeout(LIMIT, server.connect_by(gate.address())).await??;
    let content = payload(WORDS);
    for (way, from, to) in
        [("to_server", &quic.client, &quic.server), ("to_client", &quic.server, &quic.client)]
    {
        let begin = Instant::now();
        let came = timeout(LIMIT, transfer(from, to, content.as_bytes())).await??;
        let (took, path) = (begin.elapsed(), from.stats().path);
        assert!(came == content.as_bytes(), "{way}");
        let (sent, rtt) = (path.sent_packets, path.rtt);
        println!("20 MiB {way} in {took:.1?}: {sent} datagrams sent, a round trip of {rtt:.0?}");
    }
    for faults in [gate.to_server(), gate.to_client()] {
        for entry in faults.list() {
            assert!(entry.hits() > 0, "{}", entry.name());
        }
    }

    gate.heal()?;
    let last = transfer(&quic.client, &quic.server, content.as_bytes());
    assert!(timeout(LIMIT, last).await?? == content.as_bytes());
    assert_eq!(gate.totals().accepted, 1, "all of it was one connection");
    Ok(())
}
