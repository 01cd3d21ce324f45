use std::error::Error;
use std::future::ready;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use chaosgate::{EntrySpec, Route, TcpGate};
use chaosgate_trial::{Failure, Limits, assert_recovers};

/// Asks once.
fn ask(gate: &TcpGate) -> Result<(), Failure> {
    let mut client = TcpStream::connect(gate.address())?;
    client.set_read_timeout(Some(Duration::from_millis(200)))?;
    client.write_all(b"PING\r\n")?;
    let mut answer = [0; 7];
    client.read_exact(&mut answer)?;
    Failure::unless_same(answer, "+PONG\r\n")
}

#[test]
fn a_redis_that_is_slow_is_given_up_and_found_again() -> Result<(), Box<dyn Error>> {
    let gate = TcpGate::start_on(Route::to(crate::redis()))?;
    let slow = gate.to_client().add("latency:1s".parse::<EntrySpec>()?)?;
    assert!(ask(&gate).is_err());
    slow.wait_for_hits_blocking(1, Duration::from_secs(1))?;
    let limits = Limits::within(Duration::from_secs(5));
    chaosgate::engine()?.block_on(assert_recovers(&gate, limits, || ready(ask(&gate))));
    Ok(())
}
