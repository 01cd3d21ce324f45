//! What counts as recovered.

mod support;

use std::time::Duration;

use chaosgate::{Accepting, Route, TcpGate};
use chaosgate_trial::{Exchange, Failure, Limits, assert_recovers, recovers};
use support::that_says;

const LIMITS: Limits = Limits { pause: Duration::ZERO, ..Limits::within(Duration::from_secs(10)) };

/// Gives these answers in turn, and then right ones.
fn answers(answers: &str) -> impl FnMut() -> std::future::Ready<Result<(), Failure>> {
    let mut answers = answers.to_owned().into_bytes().into_iter();
    move || {
        std::future::ready(if answers.next() == Some(b'x') { Err(Failure::Closed) } else { Ok(()) })
    }
}

#[tokio::test]
async fn only_a_streak_counts() {
    for (seen, attempts) in [("", 3), ("x", 4), ("..x", 6), ("x.x..x", 9)] {
        let recovery = recovers(LIMITS, &mut answers(seen)).await.expect(seen);
        assert_eq!(recovery.attempts, attempts, "{seen}");
    }
    let limits = Limits { streak: 1, ..LIMITS };
    assert_eq!(recovers(limits, &mut answers("x")).await.expect("an answer").attempts, 2);
}

#[tokio::test]
async fn without_an_answer_in_time_the_last_failure_is_told() {
    let limits = Limits { within: Duration::from_millis(1), ..LIMITS };
    let never = recovers(limits, &mut || std::future::ready(Err(Failure::Refused))).await;
    let error = never.expect_err("it has not recovered");
    assert_eq!(error.last.answer, Err(Failure::Refused));
    assert!(error.to_string().starts_with("not recovered within 1ms: "), "{error}");
    assert!(error.to_string().contains("the last one connection refused after"), "{error}");
}

#[tokio::test]
async fn a_probe_that_hangs_is_given_up_when_the_time_is_over() {
    let limits = Limits::within(Duration::from_millis(20));
    let error = recovers(limits, &mut || std::future::pending()).await.expect_err("it hangs");
    assert_eq!((error.attempts, error.last.answer), (1, Err(Failure::TimedOut)));
}

#[tokio::test]
async fn to_assert_recovery_is_to_heal() {
    let gate = TcpGate::start_on(Route::to(that_says("!").await)).expect("a gate");
    gate.set_accepting(Accepting::Refuse).expect("to refuse");
    let service = Exchange::new(gate.address().to_string(), "?", "!");
    assert_eq!(assert_recovers(&gate, LIMITS, service).await.attempts, 3);
}

#[tokio::test]
async fn what_does_not_recover_panics_with_the_failure_and_the_timeline() {
    let gate = TcpGate::start_on(Route::to(that_says("?").await)).expect("a gate");
    let service = Exchange::new(gate.address().to_string(), "?", "!");
    let limits = Limits { within: Duration::from_millis(1), ..LIMITS };
    let panicked = tokio::spawn(async move { assert_recovers(&gate, limits, service).await });
    let panic = panicked.await.expect_err("it panics").into_panic();
    let message = panic.downcast_ref::<String>().expect("a message");
    assert!(message.contains("recovery.rs"), "{message}");
    assert!(message.contains("not recovered within 1ms"), "{message}");
    assert!(message.contains("\n    "), "{message}");
}
