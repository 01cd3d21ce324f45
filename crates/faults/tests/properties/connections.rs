//! No connection hangs, whatever closes it and whenever: once its faults are gone and both peers have
//! ended their streams, it is over.

use chaosgate_faults::virtual_time::{Connection, NO_FAULTS, epoch, ms};
use chaosgate_faults::{Direction, EntrySpec, PerDirection, Segment, Series, Sink};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{RngAlgorithm, TestCaseResult, TestRng, TestRunner};

use crate::closers::{closer, discards};
use crate::strategies::{bytes, list, non_discarding};

/// One thing that happens to a connection.
#[derive(Debug, Clone)]
enum Step {
    Send(Direction, usize),
    /// The peer that sends in this direction ends its stream.
    End(Direction, Segment),
    Set(Direction, Vec<EntrySpec>),
    /// The same after so many milliseconds, in which nobody looks, and unseen until something else
    /// happens.
    SetUnseen(u64, Direction, Vec<EntrySpec>),
    Sink(Direction, Sink),
    Wait(u64),
    /// Nobody looks for so long.
    Skip(u64),
}

/// What happens to a connection before it is healed, and how late that is seen.
#[derive(Debug)]
struct Life {
    seed: u64,
    buffer: usize,
    first: PerDirection<Vec<EntrySpec>>,
    steps: Vec<Step>,
    late: u64,
}

fn life() -> impl Strategy<Value = Life> {
    let buffer = prop_oneof![130..2_000_usize, Just(1 << 20)];
    let late = select(vec![0, 0, 1, 200]);
    let first = (faults(), faults())
        .prop_map(|(to_server, to_client)| PerDirection { to_server, to_client });
    let parts = (any::<u64>(), buffer, first, prop::collection::vec(step(), 0..16), late);
    parts.prop_map(|(seed, buffer, first, steps, late)| Life { seed, buffer, first, steps, late })
}

/// The most bytes of a segment.
const LONGEST: usize = 400;

fn step() -> impl Strategy<Value = Step> {
    let way = || select(Direction::BOTH.to_vec());
    let end = prop_oneof![3 => Just(Segment::Fin), 1 => Just(Segment::Reset)];
    let sink = select(vec![Sink::Open, Sink::Blocked]);
    prop_oneof![
        6 => (way(), 1..=LONGEST).prop_map(|(way, length)| Step::Send(way, length)),
        1 => (way(), end).prop_map(|(way, end)| Step::End(way, end)),
        1 => (way(), faults()).prop_map(|(way, faults)| Step::Set(way, faults)),
        1 => (0..60_u64, way(), faults())
            .prop_map(|(late, way, faults)| Step::SetUnseen(late, way, faults)),
        2 => (way(), sink).prop_map(|(way, sink)| Step::Sink(way, sink)),
        4 => (0..60_u64).prop_map(Step::Wait),
        1 => (0..60_u64).prop_map(Step::Skip),
    ]
}

/// Faults that close, beside some that do not. One that may discard says so by its name.
fn faults() -> impl Strategy<Value = Vec<EntrySpec>> {
    list(prop_oneof![non_discarding(), closer()]).prop_map(|faults| {
        let name = |fault: EntrySpec| {
            let name = fault.name().map(|name| format!("{name}{DISCARDS}"));
            if discards(&fault) { fault.named(name.unwrap_or_default()) } else { fault }
        };
        faults.into_iter().map(name).collect()
    })
}

const DISCARDS: &str = "-discards";

/// A connection, and what its peers have sent.
struct Run {
    connection: Connection,
    sent: PerDirection<usize>,
    ends: PerDirection<Option<Segment>>,
    buffer: usize,
    /// The most faults that were set on both directions, since some work on the other one too.
    faults: PerDirection<usize>,
}

impl Run {
    fn new(life: &Life) -> Self {
        let connection = Connection::with_origin(|origin| {
            (origin.series, origin.buffer) = (Series::first(life.seed), life.buffer);
        });
        let (sent, ends, faults) = Default::default();
        Run { connection, sent, ends, buffer: life.buffer, faults }
    }

    fn take(&mut self, step: Step) {
        let now = self.connection.now_ms();
        let connection = &mut self.connection;
        match step {
            Step::Send(way, length) => {
                if self.ends[way].is_none() {
                    let begin = self.sent[way];
                    self.sent[way] += length;
                    let data = bytes(self.sent[way]).split_off(begin);
                    connection.send(epoch() + ms(now), way, Segment::Data(data.into()));
                }
            }
            Step::End(way, end) => {
                if self.ends[way].is_none() {
                    connection.send(epoch() + ms(now), way, end.clone());
                    self.ends[way] = Some(end);
                }
            }
            Step::Set(way, faults) => {
                self.faults[way] = self.faults[way].max(faults.len());
                connection.set(way, faults);
            }
            Step::SetUnseen(late, way, faults) => {
                self.faults[way] = self.faults[way].max(faults.len());
                connection.set_unseen_at(now + late, way, faults);
            }
            Step::Sink(way, sink) => connection.set_sink(way, sink),
            Step::Wait(millis) => connection.advance_to(now + millis),
            Step::Skip(millis) => connection.skip_to(now + millis),
        }
    }

    /// Takes the faults away, which is seen so late, and has both peers end their streams.
    fn heal_and_end(&mut self, late: u64) {
        for way in Direction::BOTH {
            let now = self.connection.now_ms();
            self.connection.set_unseen_at(now, way, NO_FAULTS);
        }
        self.connection.skip_to(self.connection.now_ms() + late);
        for way in Direction::BOTH {
            self.take(Step::End(way, Segment::Fin));
        }
        self.connection.look();
        for way in Direction::BOTH {
            self.connection.set_sink(way, Sink::Open);
        }
    }

    fn check_bound(&self) -> TestCaseResult {
        let faults = self.faults.to_server + self.faults.to_client;
        for way in Direction::BOTH {
            let charge = self.connection.duplex().charge(way);
            // What passes without a chain has been read without a limit when its sink takes no more;
            // an end of stream asks for no room.
            let read = LONGEST + 2 * Segment::OVERHEAD;
            let most = self.buffer + read + 2 * Segment::OVERHEAD * faults;
            prop_assert!(charge <= most, "{charge} of {}", self.buffer);
        }
        Ok(())
    }

    fn check_output(&self) -> TestCaseResult {
        let discards = |way| {
            let name = |name: &str| format!("{name}{DISCARDS}");
            ["a", "b", "c", "d", "e"].iter().any(|one| self.connection.hits(way, &name(one)) > 0)
        };
        let discards = Direction::BOTH.into_iter().any(discards);
        for way in Direction::BOTH {
            let all = self.connection.delivered().iter();
            let came: Vec<_> = all.filter(|(_, direction, _)| *direction == way).collect();
            let ends = came.iter().filter(|(_, _, segment)| !segment.is_data()).count();
            prop_assert!(ends <= 1, "{ends} ends");
            let is_last = came.last().is_some_and(|(_, _, last)| !last.is_data());
            prop_assert!(ends == 0 || is_last, "something came behind the end");
            let data = came.iter().filter_map(|(_, _, segment)| match segment {
                Segment::Data(bytes) => Some(bytes.as_ref()),
                Segment::Fin | Segment::Reset => None,
            });
            let (came, sent) = (data.collect::<Vec<_>>().concat(), bytes(self.sent[way]));
            prop_assert!(discards || sent.starts_with(&came), "something else than was sent");
            let is_complete = self.connection.ended().starts_with("fin by the ") && !discards;
            prop_assert!(!is_complete || sent == came, "{} of {}", came.len(), sent.len());
        }
        Ok(())
    }
}

fn lives(life: Life) -> TestCaseResult {
    let mut run = Run::new(&life);
    let Life { first, steps, late, .. } = life;
    let set = |(way, faults)| Step::Set(way, faults);
    let first = [(Direction::ToServer, first.to_server), (Direction::ToClient, first.to_client)];
    for step in first.map(set).into_iter().chain(steps) {
        run.take(step);
        run.check_bound()?;
    }
    run.heal_and_end(late);
    let healed = run.connection.now_ms();
    run.connection.finish();
    prop_assert!(run.connection.ended() != "open", "it hangs: {:?}", run.connection.duplex());
    prop_assert_eq!(run.connection.now_ms(), healed, "it ends at once");
    run.check_output()
}

/// The same cases each time, the first of them first.
fn run(cases: u32) {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let result = TestRunner::new_with_rng(config, rng).run(&life(), lives);
    result.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn a_healed_connection_whose_peers_have_ended_is_over_and_has_delivered_what_was_sent_in_order() {
    run(2_000);
}

#[test]
#[ignore = "full: 1,000,000 cases"]
fn the_same_of_a_million_connections() {
    run(1_000_000);
}
