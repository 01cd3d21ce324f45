//! A fault of one's own: every third answer is lost.
//!
//! ```sh
//! cargo run -p chaosgate --example custom_fault
//! ```

use std::error::Error;
use std::time::{Duration, Instant};

use chaosgate::{Custom, Fault, Outbox, Route, Segment, TcpGate};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// What it remembers of one direction of one connection.
#[derive(Default)]
struct LosesEveryThird {
    seen: u32,
}

impl Fault for LosesEveryThird {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        if segment.is_data() {
            self.seen += 1;
            if self.seen.is_multiple_of(3) {
                out.hit();
                return;
            }
        }
        out.push(segment, now);
    }
}

/// Runs the example.
///
/// # Errors
///
/// When another answer than every third is lost.
#[tokio::main]
pub async fn main() -> Result<(), Box<dyn Error>> {
    let server = TcpListener::bind("127.0.0.1:0").await?;
    let gate = TcpGate::start_on(Route::to(server.local_addr()?))?;
    gate.to_client().add(Custom::new("every-third", |_meeting| LosesEveryThird::default()))?;

    let mut client = TcpStream::connect(gate.address()).await?;
    let (mut answering, _) = server.accept().await?;
    for number in 1..=6 {
        client.write_all(b"?").await?;
        answering.read_exact(&mut [0]).await?;
        answering.write_all(b"!").await?;
        let answer = timeout(Duration::from_millis(100), client.read_exact(&mut [0])).await;
        println!("{number}: {}", if answer.is_ok() { "answered" } else { "lost" });
        assert_eq!(answer.is_err(), number % 3 == 0);
    }
    Ok(())
}
