use std::sync::LazyLock;
use std::time::Duration;

use chaosgate::{Accepting, EntrySpec, How, Route, TcpGate};
use chaosgate_trial::{Exchange, Limits, Probe, assert_recovers};
use tokio::sync::{Mutex, MutexGuard};

/// The gate before Redis, at a free port.
static GATE: LazyLock<Mutex<TcpGate>> = LazyLock::new(|| {
    Mutex::new(TcpGate::start_on(Route::to(crate::redis())).expect("the gate listens"))
});

const LIMITS: Limits = Limits::within(Duration::from_secs(5));

/// The gate, without what the test before has left.
async fn healed() -> MutexGuard<'static, TcpGate> {
    let gate = GATE.lock().await;
    gate.heal().expect("nobody took its port");
    gate
}

/// In place of the service, which is told where the gate is when it is started.
fn service(gate: &TcpGate) -> Exchange {
    Exchange::new(gate.address().to_string(), "PING\r\n", "+PONG\r\n")
}

#[tokio::test]
async fn a_database_that_was_away_is_found_again() {
    let gate = healed().await;
    gate.set_accepting(Accepting::Refuse).expect("it listens");
    gate.close_connections(How::Reset);
    assert!(service(&gate).ask().await.is_err());
    assert_recovers(&gate, LIMITS, service(&gate)).await;
}

#[tokio::test]
async fn answers_in_pieces_are_read_to_their_end() {
    let gate = healed().await;
    let sliced: EntrySpec = "slice:1B,pause=1ms".parse().expect("a fault");
    let sliced = gate.to_client().fault(sliced).expect("a fault of streams");
    service(&gate).ask().await.expect("an answer");
    sliced.wait_for_hits(1, Duration::from_secs(1)).await.expect("it was cut");
}
