//! The main job, as a functional test does it: a client works, the network fails on command, the
//! client copes, the network heals, the client works again.
//!
//! ```sh
//! cargo run -p chaosgate --example recovery
//! ```

use std::error::Error;
use std::time::{Duration, Instant};

use chaosgate::{Blackhole, CloseOnData, EntrySpec, Latency, Route, TcpGate};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// One request with a time limit on a connection of its own, as a client under test would send it.
async fn ask(gate: &TcpGate) -> std::io::Result<[u8; 4]> {
    let mut stream = TcpStream::connect(gate.address()).await?;
    stream.write_all(b"ping").await?;
    let mut answer = [0; 4];
    timeout(Duration::from_millis(300), stream.read_exact(&mut answer)).await??;
    Ok(answer)
}

/// Runs the example.
///
/// # Errors
///
/// When the network does not fail, or the client does not recover.
#[tokio::main]
pub async fn main() -> Result<(), Box<dyn Error>> {
    let server = TcpListener::bind("127.0.0.1:0").await?;
    let gate = TcpGate::start_on(Route::to(server.local_addr()?.to_string()))?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = server.accept().await {
            let (mut reader, mut writer) = stream.into_split();
            tokio::spawn(async move { copy(&mut reader, &mut writer).await });
        }
    });

    let faults: [EntrySpec; 3] = [
        Latency::new(Duration::from_millis(100)).into(),
        CloseOnData::default().into(),
        Blackhole::default().into(),
    ];
    for fault in faults {
        let failing = gate.to_client().fault(fault.clone())?;
        let start = Instant::now();
        match ask(&gate).await {
            Ok(_) => println!("{fault}: answered in {:?}", start.elapsed()),
            Err(error) => println!("{fault}: {error} after {:?}", start.elapsed()),
        }
        // The fault is proven to have done something, and not only assumed.
        failing.wait_for_hits(1, Duration::from_secs(1)).await?;
        drop(failing);
        assert_eq!(ask(&gate).await?, *b"ping", "the client has recovered");
    }
    Ok(())
}
