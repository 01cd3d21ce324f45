//! Random faults, and what the peers of a connection do.

use std::fmt;
use std::time::Duration;

use chaosgate::units::ByteSize;
use chaosgate::{
    At, Bandwidth, Blackhole, CloseOnData, Coalesce, Direction, Drop, Ends, EntrySpec, How, Idle,
    Latency, Lifetime, LimitBytes, Of, OnRemoval, Pass, Reset, Scope, Since, Slice, SlowClose,
    Stall, Then, Unsent,
};
use rand::RngExt as _;
use rand::rngs::StdRng;

/// The most that one step sends: it comes in one read.
const MOST: u32 = 40;

/// The names of all faults: few, so that a later list often has those of an earlier one.
pub(crate) const NAMES: [&str; 3] = ["a", "b", "c"];

/// One thing that happens to a connection.
#[derive(Clone)]
pub(crate) enum Step {
    Send(Direction, u32),
    End(Direction, How),
    Set(Direction, Vec<EntrySpec>),
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Send(way, bytes) => write!(f, "{way} {bytes}"),
            Step::End(way, how) => write!(f, "{way} {how}"),
            Step::Set(way, list) => write!(f, "{way} := {}", written(list)),
        }
    }
}

/// A list as users write it.
pub(crate) fn written(list: &[EntrySpec]) -> String {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

pub(crate) fn one_of<T>(dice: &mut StdRng, all: impl IntoIterator<Item = T>) -> T {
    let mut all: Vec<T> = all.into_iter().collect();
    all.swap_remove(dice.random_range(0..all.len()))
}

fn how(dice: &mut StdRng) -> How {
    one_of(dice, [How::Fin, How::Reset])
}

/// Faults that count bytes alone, so that what they do follows from what comes.
fn counting(dice: &mut StdRng) -> EntrySpec {
    let bytes = u64::from(dice.random_range(0..2 * MOST));
    match dice.random_range(0..9) {
        0..3 => LimitBytes { how: how(dice), ..LimitBytes::new(bytes) }.into(),
        3..5 => CloseOnData { how: how(dice), after: ByteSize::new(bytes) }.into(),
        5 => Slice::new(bytes + 1).unwrap().into(),
        6 => Coalesce::new(bytes).into(),
        7 => {
            // One that has data wait leaves it to the system in how many reads that comes.
            let discards = Blackhole { data: Some(Unsent::Discard), ..Blackhole::default() };
            one_of(dice, [EntrySpec::from(discards), Drop::default().into()])
        }
        _ => Pass {}.into(),
    }
}

/// Any that may close a connection, or be in the way of that.
fn any(dice: &mut StdRng) -> EntrySpec {
    let time = Duration::from_micros(dice.random_range(0..3_000));
    let since = one_of(dice, [Since::Met, Since::Connect, Since::FirstData]);
    let at = one_of(dice, [At::Expiry, At::NextData]);
    match dice.random_range(0..12) {
        0..4 => counting(dice),
        4 => Lifetime { since, at, how: how(dice), ..Lifetime::new(time) }.into(),
        5 => {
            let then = one_of(dice, [Then::Fin, Then::Reset, Then::Blackhole]);
            Idle { of: one_of(dice, [Of::Both, Of::This]), at, then, ..Idle::new(time) }.into()
        }
        6 => Blackhole {
            data: one_of(dice, [None, Some(Unsent::Discard)]),
            ends: one_of(dice, [Ends::Swallow, Ends::Pass]),
            close_after: one_of(dice, [None, Some(time)]),
            since,
            how: how(dice),
            on_removal: one_of(dice, [OnRemoval::Keep, OnRemoval::Fin, OnRemoval::Reset]),
        }
        .into(),
        7 => Reset { after: time, since }.into(),
        8 => {
            LimitBytes { scope: Scope::Gate, how: how(dice), ..LimitBytes::new(MOST.into()) }.into()
        }
        9 => one_of(dice, [EntrySpec::from(Stall {}), SlowClose { delay: time }.into()]),
        10 => Latency::new(time).into(),
        _ => Bandwidth::new(20_000.0).unwrap().into(),
    }
}

fn list(dice: &mut StdRng, fault: fn(&mut StdRng) -> EntrySpec) -> Vec<EntrySpec> {
    let count = dice.random_range(0..4);
    NAMES.into_iter().take(count).map(|name| fault(dice).named(name)).collect()
}

pub(crate) fn counting_list(dice: &mut StdRng) -> Vec<EntrySpec> {
    list(dice, counting)
}

/// Some of them end by themselves.
pub(crate) fn any_list(dice: &mut StdRng) -> Vec<EntrySpec> {
    let mut list = list(dice, any);
    for spec in &mut list {
        if dice.random_range(0..4) == 0 {
            *spec = spec.clone().lasting(Duration::from_micros(dice.random_range(1..2_000)));
        }
    }
    list
}

/// A plan at whose end both peers have ended their streams.
pub(crate) fn steps(dice: &mut StdRng) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut open: Vec<Direction> = Direction::BOTH.to_vec();
    while !open.is_empty() {
        let place = dice.random_range(0..open.len());
        let direction = open[place];
        // After a switch something comes, so that it has been met before the next one.
        let is_switch = matches!(steps.last(), Some(Step::Set(..)));
        steps.push(match dice.random_range(0..8) {
            0 if !is_switch => Step::Set(one_of(dice, Direction::BOTH), counting_list(dice)),
            1 => {
                open.remove(place);
                Step::End(direction, how(dice))
            }
            _ => Step::Send(direction, dice.random_range(1..=MOST)),
        });
    }
    steps
}
