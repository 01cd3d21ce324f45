//! Trials of a little server behind a gate.

mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use chaosgate::{Accepting, AnyGate, Direction, EntrySpec, How, Route, TcpGate, What};
use chaosgate_trial::{
    Cause, CauseError, Change, Condition, Exchange, Failure, Limits, Outcome, Phase, Probe, Probed,
    Report, Sight, Strike, Subject, Trial, TrialError, datagrams, observe, streams,
};
use support::that_says;
use tokio::time::Instant;

const LIMIT: Duration = Duration::from_secs(10);

/// How long the client waits while the network fails.
const PATIENCE: Duration = Duration::from_millis(100);

async fn gate() -> AnyGate {
    TcpGate::start_on(Route::to(that_says("!").await)).expect("a gate").into()
}

fn service(gate: &AnyGate) -> Exchange {
    Exchange::new(gate.address().to_string(), "?", "!")
}

async fn run(condition: &Condition, hits: u64) -> Report<Strike<Sight>> {
    let gate = gate().await;
    let direction = condition.directions[0];
    let trial = Trial { gate: &gate, condition, direction, hits, limits: Limits::within(LIMIT) };
    let mut subject = Probed { probe: service(&gate), patience: PATIENCE };
    trial.run(&mut subject).await.expect("a trial")
}

#[tokio::test]
async fn a_trial_tells_what_was_seen_and_that_all_is_well_again() {
    let Report { verdict, recovery, timeline } = run(&streams::DROP, 1).await;
    assert_eq!(verdict.seen.outcome(), Outcome::Indeterminate, "{}", verdict.seen);
    assert_eq!(verdict.hits, 1);
    assert_eq!((verdict.before.connected, verdict.after.connected), (1, 2));
    assert_eq!(recovery.expect("recovery").attempts, 3);
    assert!(timeline.iter().any(|event| matches!(event.what, What::Hit { .. })), "{timeline:?}");
}

#[tokio::test]
async fn a_way_of_accepting_strikes_before_the_client_connects() {
    let report = run(&streams::REFUSE, 0).await;
    assert_eq!(report.verdict.seen.answer, Err(Failure::Refused));
    assert_eq!(report.verdict.seen.outcome(), Outcome::Failed);
}

#[tokio::test]
async fn in_a_message_the_cause_strikes_a_client_that_waits_for_its_answer() {
    let condition = Condition {
        phase: Phase::MidMessage,
        cause: Cause::close(How::Reset),
        ..streams::CLOSE_CONNECTIONS.clone()
    };
    let report = run(&condition, 0).await;
    assert_eq!(report.verdict.seen.answer, Err(Failure::Reset));
}

#[tokio::test]
async fn without_its_cause_no_condition_shows() {
    for condition in streams::ALL {
        let report = run(&condition.without_cause(), 0).await;
        assert_eq!(report.verdict.seen.answer, Ok(()), "{}", condition.slug);
    }
}

#[tokio::test]
async fn a_service_that_is_not_well_is_not_tried() {
    let gate = gate().await;
    let (condition, limits) = (&streams::DROP, Limits::within(LIMIT));
    let trial = Trial { gate: &gate, condition, direction: None, hits: 1, limits };
    let ill = || async { Err::<(), _>(Failure::Closed) };
    let tried = trial.run(&mut Probed { probe: ill, patience: PATIENCE }).await;
    assert!(matches!(tried, Err(TrialError::Unwell(_))), "{tried:?}");
}

#[tokio::test]
async fn a_cause_that_cannot_be_brought_about_leaves_the_gate_healed() {
    let gate = gate().await;
    let (condition, limits) = (&datagrams::TRUNCATE, Limits::within(LIMIT));
    let condition = Condition { phase: Phase::MidMessage, ..condition.clone() };
    let trial = Trial { gate: &gate, condition: &condition, direction: None, hits: 1, limits };
    let mut subject = Probed { probe: service(&gate), patience: PATIENCE };
    let error = trial.run(&mut subject).await.expect_err("no datagrams");
    assert!(matches!(error, TrialError::Cause(CauseError::List(_))), "{error}");
    assert!(gate.both().list().is_empty());
}

#[tokio::test]
async fn a_cause_of_many_changes_makes_each_at_its_moment() {
    let gate = gate().await;
    let at = Duration::from_millis;
    let flapping = Cause::accepting(Accepting::Refuse)
        .then(at(0), Change::Add("drop".into()))
        .then(at(50), Change::Remove)
        .then(at(50), Change::Accept(Accepting::Accept))
        .then(at(100), Change::Add("close_on_data".into()));
    let mut events = gate.subscribe();
    let applied = flapping.apply(&gate, Some(Direction::ToServer)).expect("a cause");
    let mut changes = Vec::new();
    while changes.len() < 5 {
        match events.recv().await.expect("an event").what {
            What::AcceptingSet { accepting } => changes.push(accepting.to_string()),
            What::FaultsSet { direction: Direction::ToServer, faults } => {
                changes.push(faults.concat());
            }
            _ => {}
        }
    }
    assert_eq!(changes, ["refuse", "drop", "", "accept", "close_on_data"]);
    assert!(observe(LIMIT, service(&gate).ask()).await.answer.is_err());
    applied.wait_for_hits(1, LIMIT).await.expect("a hit");
    assert_eq!(applied.hits(), 1);
    applied.end().await.expect("no refusal");
}

#[tokio::test]
async fn hits_of_all_that_a_cause_has_added_are_waited_for() {
    let gate = gate().await;
    let cause = Cause::fault("close_on_data").then(Duration::ZERO, Change::Add("drop".into()));
    let applied = cause.apply(&gate, Some(Direction::ToServer)).expect("a cause");
    let asking = async { observe(LIMIT, service(&gate).ask()).await };
    let (sight, hits) = tokio::join!(asking, applied.wait_for_hits(1, LIMIT));
    assert!(sight.answer.is_err(), "{sight}");
    assert_eq!(hits, Ok(()));
    let more = applied.wait_for_hits(2, Duration::from_millis(1)).await.expect_err("one hit");
    let said = "only 1 of 2 hits of close_on_data; after 0ns drop within 1ms";
    assert_eq!(more.to_string(), said);
}

#[tokio::test]
async fn a_cause_that_is_no_fault_changes_nothing() {
    let gate = gate().await;
    let wrong = Cause::accepting(Accepting::Refuse).then(LIMIT, Change::Add("dorp".into()));
    let error = wrong.apply(&gate, None).expect_err("no fault");
    assert!(error.to_string().starts_with("\"dorp\" is no fault"), "{error}");
    assert!(matches!(error, CauseError::Written { .. }));
    assert_eq!(gate.accepting(), Accepting::Accept);
}

#[test]
fn every_condition_has_a_name_of_its_own_and_a_cause_that_suits_its_transport() {
    let all = streams::ALL.iter().chain(datagrams::ALL);
    let mut slugs = BTreeSet::new();
    for condition in all {
        assert!(slugs.insert(condition.slug), "{}", condition.slug);
        match condition.cause.first() {
            Change::Add(written) => {
                let entry: EntrySpec = written.parse().expect(written);
                assert_eq!(entry.to_string(), *written);
                assert_eq!(entry.fault().suits(condition.transport), Ok(()));
            }
            Change::Accept(accepting) => assert!(accepting.suits(condition.transport)),
            Change::Remove | Change::Close(_) => {}
        }
    }
}

/// Remembers when it was said to be struck, by the clock of the gate.
struct Struck {
    gate: AnyGate,
    probe: Exchange,
    at: Duration,
}

impl Probe for Struck {
    async fn ask(&mut self) -> Result<(), Failure> {
        self.probe.ask().await
    }
}

impl Subject for Struck {
    type Seen = Sight;
    type Verdict = Strike<Sight>;

    async fn act(&mut self, struck: Instant) -> Sight {
        self.at = self.gate.age().saturating_sub(struck.elapsed());
        observe(PATIENCE, self.ask()).await
    }

    async fn judge(&mut self, strike: Strike<Sight>) -> Strike<Sight> {
        strike
    }
}

#[tokio::test]
async fn a_cause_is_at_work_no_sooner_than_its_subject_is_told() {
    let gate = gate().await;
    let (condition, limits) = (&streams::DROP, Limits::within(LIMIT));
    let direction = Some(Direction::ToServer);
    for _ in 0..20 {
        let trial = Trial { gate: &gate, condition, direction, hits: 1, limits };
        let (at, probe) = (Duration::ZERO, service(&gate));
        let mut subject = Struck { gate: gate.clone(), probe, at };
        let report = trial.run(&mut subject).await.expect("a trial");
        let is_set = |what: &What| matches!(what, What::FaultsSet { .. });
        let set = report.timeline.iter().find(|event| is_set(&event.what)).expect("it is set");
        assert!(set.at >= subject.at, "set at {:?}, told {:?}", set.at, subject.at);
    }
}
