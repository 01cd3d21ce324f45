//! A cause at work on a gate.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use chaosgate::{AnyGate, Direction, EntryHandle, Faults, WaitError};
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

impl Cause {
    /// Makes the network fail in this way: the first change has been made when this returns. Faults
    /// are added in `direction`, or in both together.
    ///
    /// # Errors
    ///
    /// [`CauseError`] if something that is to be added, now or later, is no fault; then nothing has
    /// changed. Or if the gate refuses the first change.
    ///
    /// # Panics
    ///
    /// Outside a runtime of tokio, if changes follow.
    pub fn apply(
        &self,
        gate: &AnyGate,
        direction: Option<Direction>,
    ) -> Result<Applied, CauseError> {
        self.first().entry()?;
        self.later().iter().try_for_each(|step| step.change.entry().map(drop))?;
        let (added, _) = watch::channel(Vec::new());
        let target = Target { gate: gate.clone(), direction, added: added.clone() };
        target.make(self.first())?;
        let later = self.later().to_vec();
        let later = (!later.is_empty()).then(|| tokio::spawn(target.make_later(later)));
        Ok(Applied { cause: self.to_string(), added, later })
    }
}

impl Applied {
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
            let entries = added.borrow_and_update().clone();
            // Asked for before the look, so that no hit between the two is missed.
            let more = entries.iter().map(|entry| entry.wait_for_hits(entry.hits() + 1, within));
            let more = first_of(more.collect());
            let got = self.hits();
            if got >= wanted {
                return Ok(());
            }
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
    /// [`CauseError`] if the gate has refused one of those that followed; those behind it were not
    /// made.
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

/// What the first of them gives; without any it waits for ever.
async fn first_of<F: Future>(futures: Vec<F>) -> F::Output {
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).collect();
    poll_fn(|context| {
        let mut ready = futures.iter_mut().map(|future| future.as_mut().poll(context));
        ready.find(Poll::is_ready).unwrap_or(Poll::Pending)
    })
    .await
}

fn hits(entries: &[EntryHandle]) -> u64 {
    entries.iter().map(EntryHandle::hits).sum()
}

/// The gate, and what has been added to it.
struct Target {
    gate: AnyGate,
    direction: Option<Direction>,
    added: watch::Sender<Vec<EntryHandle>>,
}

impl Target {
    fn make(&self, change: &Change) -> Result<(), CauseError> {
        match change {
            Change::Add(_) => {
                let added = change.entry()?.map(|entry| self.faults().add(entry)).transpose()?;
                self.added.send_modify(|all| all.extend(added));
            }
            Change::Remove => self.added.borrow().iter().for_each(EntryHandle::remove),
            Change::Accept(accepting) => self.gate.set_accepting(*accepting)?,
            Change::Close(how) => drop(self.gate.close_connections(*how)),
        }
        Ok(())
    }

    async fn make_later(self, steps: Vec<Step>) -> Result<(), CauseError> {
        let begun = Instant::now();
        for Step { after, change } in steps {
            sleep_until(begun + after).await;
            self.make(&change)?;
        }
        Ok(())
    }

    fn faults(&self) -> Faults {
        self.direction.map_or_else(|| self.gate.both(), |way| self.gate.faults(way))
    }
}
