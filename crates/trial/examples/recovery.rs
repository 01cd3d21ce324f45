//! The main job, as a functional test does it: a client works, the network fails on command, the
//! client copes, the network heals, the client works again.
//!
//! ```sh
//! cargo run -p chaosgate-trial --example recovery
//! ```

use std::error::Error;
use std::time::Duration;

use chaosgate::{Blackhole, CloseOnData, EntrySpec, Latency, Route, TcpGate};
use chaosgate_trial::{Exchange, Limits, Probe, assert_recovers, observe};
use tokio::io::copy;
use tokio::net::TcpListener;

/// How long the client waits for an answer.
const PATIENCE: Duration = Duration::from_millis(300);

/// Runs the example.
///
/// # Errors
///
/// When the network does not fail.
///
/// # Panics
///
/// When the client does not recover.
#[tokio::main]
pub async fn main() -> Result<(), Box<dyn Error>> {
    let server = TcpListener::bind("127.0.0.1:0").await?;
    let gate = TcpGate::start_on(Route::to(server.local_addr()?))?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = server.accept().await {
            let (mut reader, mut writer) = stream.into_split();
            tokio::spawn(async move { copy(&mut reader, &mut writer).await });
        }
    });
    let mut client = Exchange::new(gate.address().to_string(), "ping", "ping");

    let faults: [EntrySpec; 3] = [
        Latency::new(Duration::from_millis(100)).into(),
        CloseOnData::default().into(),
        Blackhole::default().into(),
    ];
    for fault in faults {
        let failing = gate.to_client().add(fault.clone())?;
        println!("{fault}: {}", observe(PATIENCE, client.ask()).await);
        // The fault is proven to have done something, and not only assumed.
        failing.wait_for_hits(1, Duration::from_secs(1)).await?;
        let limits = Limits::within(Duration::from_secs(5));
        let recovery = assert_recovers(&gate, limits, client.clone()).await;
        println!("    recovered in {:.1?}", recovery.took);
    }
    Ok(())
}
