//! A cause at work on a gate.

use std::time::Duration;

use chaosgate::{AnyGate, Direction, EntryHandle, EntrySpec, Faults, WaitError};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use crate::cause::{Cause, CauseError, Change, Step};

/// A cause at work on a gate. The changes that are still to follow are made as long as this lives;
/// what has been changed stays, until the gate [heals](AnyGate::heal).
#[derive(Debug)]
pub struct Applied {
    cause: String,
    added: watch::Sender<Vec<EntryHandle>>,
    later: Option<JoinHandle<Result<(), CauseError>>>,
}

impl Applied {
    pub(crate) fn begin(
        cause: &Cause,
        gate: AnyGate,
        direction: Option<Direction>,
    ) -> Result<Self, CauseError> {
        let first = Ready::new(cause.first())?;
        let later =
            cause.later().iter().map(|Step { after, change }| Ok((*after, Ready::new(change)?)));
        let later = later.collect::<Result<Vec<_>, CauseError>>()?;
        let (added, _) = watch::channel(Vec::new());
        let hand = Hand { gate, direction, added: added.clone() };
        hand.make(first)?;
        let begun = Instant::now();
        let later = (!later.is_empty()).then(|| tokio::spawn(hand.make_later(begun, later)));
        Ok(Applied { cause: cause.to_string(), added, later })
    }

    /// How often what was added has hit, all of it together.
    pub fn hits(&self) -> u64 {
        hits(&self.added.borrow())
    }

    /// Waits until what was added has hit `wanted` times; returns at once if it has.
    ///
    /// # Errors
    ///
    /// If there were fewer `within` that time, or the runtime of the gate has ended.
    pub async fn wait_for_hits(&self, wanted: u64, within: Duration) -> Result<(), WaitError> {
        let end = Instant::now() + within;
        let mut added = self.added.subscribe();
        loop {
            let last = added.borrow_and_update().last().cloned();
            // Only the last can hit more: those before it have been removed, or hit the same traffic.
            let seen = last.as_ref().map_or(0, EntryHandle::hits);
            let got = self.hits();
            if got >= wanted {
                return Ok(());
            }
            let more = async {
                match &last {
                    Some(entry) => entry.wait_for_hits(seen + 1, within).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                hit = more => if let Err(error @ WaitError::RuntimeEnded) = hit {
                    return Err(error);
                },
                _ = added.changed() => {}
                () = sleep_until(end) => {
                    let fault = self.cause.clone();
                    return Err(WaitError::Hits { fault, wanted, got, within });
                }
            }
        }
    }

    /// Makes no change any more.
    ///
    /// # Errors
    ///
    /// [`CauseError`] if the gate has refused one of those that followed; those behind it were not made.
    pub async fn end(mut self) -> Result<(), CauseError> {
        let Some(later) = self.later.take() else { return Ok(()) };
        later.abort();
        later.await.unwrap_or(Ok(()))
    }
}

impl Drop for Applied {
    fn drop(&mut self) {
        if let Some(later) = &self.later {
            later.abort();
        }
    }
}

fn hits(entries: &[EntryHandle]) -> u64 {
    entries.iter().map(EntryHandle::hits).sum()
}

/// A change that has been read.
struct Ready {
    change: Change,
    entry: Option<EntrySpec>,
}

impl Ready {
    fn new(change: &Change) -> Result<Self, CauseError> {
        Ok(Ready { entry: change.entry()?, change: change.clone() })
    }
}

/// What changes the gate.
struct Hand {
    gate: AnyGate,
    direction: Option<Direction>,
    added: watch::Sender<Vec<EntryHandle>>,
}

impl Hand {
    fn make(&self, Ready { change, entry }: Ready) -> Result<(), CauseError> {
        match change {
            Change::Add(_) => {
                let added = entry.map(|entry| self.faults().add(entry)).transpose()?;
                self.added.send_modify(|all| all.extend(added));
            }
            Change::Remove => self.added.borrow().iter().for_each(EntryHandle::remove),
            Change::Accept(accepting) => self.gate.set_accepting(accepting)?,
            Change::Close(how) => drop(self.gate.close_connections(how)),
        }
        Ok(())
    }

    async fn make_later(
        self,
        begun: Instant,
        steps: Vec<(Duration, Ready)>,
    ) -> Result<(), CauseError> {
        for (after, change) in steps {
            sleep_until(begun + after).await;
            self.make(change)?;
        }
        Ok(())
    }

    fn faults(&self) -> Faults {
        self.direction.map_or_else(|| self.gate.both(), |way| self.gate.faults(way))
    }
}
