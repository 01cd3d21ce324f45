//! Whether a service has recovered.

use std::panic::Location;
use std::time::Duration;

use chaosgate::AnyGate;
use tokio::time::Instant;

use crate::probe::Probe;
use crate::sight::{Sight, observe};

/// So many answers in a row prove that a service has recovered, if nothing else is said: a pool may
/// still have dead connections behind the first that works.
pub const STREAK: u32 = 3;

/// When a service counts as recovered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long a question may take: one that takes longer is dropped, and has failed.
    pub patience: Duration,
    /// How soon the first answer of the streak must have come.
    pub within: Duration,
    /// So many answers in a row prove it.
    pub streak: u32,
    /// The rest after a question that has failed.
    pub pause: Duration,
}

impl Limits {
    /// [`STREAK`] answers in a row, of which the first comes within this time; each question may take
    /// as long, and 20 ms pass after one that has failed.
    pub const fn within(within: Duration) -> Self {
        Limits { patience: within, within, streak: STREAK, pause: Duration::from_millis(20) }
    }
}

/// How a service has recovered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovery {
    /// How long after the beginning the first answer of the streak had come.
    pub took: Duration,
    /// How often it was asked, the streak included.
    pub attempts: u32,
}

/// Why a service does not count as recovered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not recovered within {within:?}: {attempts} attempts in {took:.3?}, the last one {last}")]
pub struct NotRecovered {
    /// How soon the first answer of the streak should have come.
    pub within: Duration,
    /// How often it was asked.
    pub attempts: u32,
    /// How long that took.
    pub took: Duration,
    /// What the last question came to.
    pub last: Sight,
}

/// Asks until the service has recovered, beginning now.
///
/// # Errors
///
/// [`NotRecovered`] if it did not answer in time, or not often enough in a row.
pub async fn recovers(limits: Limits, probe: &mut impl Probe) -> Result<Recovery, NotRecovered> {
    let Limits { patience, within, streak, pause } = limits;
    let begin = Instant::now();
    let mut attempts = 0;
    let mut in_a_row = 0;
    let mut first = Duration::ZERO;
    loop {
        let left = if in_a_row > 0 { patience } else { within.saturating_sub(begin.elapsed()) };
        let last = observe(patience.min(left), probe.ask()).await;
        attempts += 1;
        let took = begin.elapsed();
        if last.answer.is_ok() {
            if in_a_row == 0 {
                first = took;
            }
            in_a_row += 1;
            if in_a_row >= streak && first <= within {
                return Ok(Recovery { took: first, attempts });
            }
        } else {
            in_a_row = 0;
        }
        let is_late = if in_a_row > 0 { first > within } else { took >= within };
        if is_late {
            return Err(NotRecovered { within, attempts, took, last });
        }
        if in_a_row == 0 {
            tokio::time::sleep(pause).await;
        }
    }
}

/// Heals the gate, and asks until the service has recovered.
///
/// # Panics
///
/// If the gate cannot heal, or the service does not recover: with the attempts, the last failure, and
/// what happened at the gate meanwhile.
#[track_caller]
pub fn assert_recovers(
    gate: &AnyGate,
    limits: Limits,
    mut probe: impl Probe,
) -> impl Future<Output = Recovery> {
    let caller = Location::caller();
    async move {
        let before = gate.events().last().map_or(0, |event| event.number);
        if let Err(error) = gate.heal() {
            panic!("{caller}: {error}");
        }
        match recovers(limits, &mut probe).await {
            Ok(recovery) => recovery,
            Err(error) => {
                let events = gate.events_since(before);
                let timeline: Vec<String> = events.iter().map(ToString::to_string).collect();
                panic!("{caller}: {error}\n    {}", timeline.join("\n    "));
            }
        }
    }
}
