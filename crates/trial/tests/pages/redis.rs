use std::time::Duration;

use chaosgate::{EntrySpec, Route, TcpGate};
use chaosgate_trial::{Exchange, Failure, Limits, Probe, assert_recovers, observe};

#[tokio::test]
async fn a_redis_that_is_slow_is_found_again() -> Result<(), Box<dyn std::error::Error>> {
    let gate = TcpGate::start_on(Route::to(crate::redis()))?;
    let mut client = Exchange::new(gate.address().to_string(), "PING\r\n", "+PONG\r\n");
    let slow = gate.to_client().add("latency:1s".parse::<EntrySpec>()?)?;
    let seen = observe(Duration::from_millis(200), client.ask()).await;
    assert_eq!(seen.answer, Err(Failure::TimedOut));
    slow.wait_for_hits(1, Duration::from_secs(1)).await?; // the fault did something, proven
    assert_recovers(&gate, Limits::within(Duration::from_secs(5)), client).await;
    Ok(())
}
