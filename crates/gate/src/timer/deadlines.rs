//! Who is to be woken when: a queue, and an alarm that is set for its head.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::task::Waker;
use std::time::Instant;

use super::alarm::Alarm;
use super::lateness;
use crate::sync::{Mutex, now};

/// What the timers of a runtime share with the task that wakes who is due.
#[derive(Debug)]
pub(crate) struct Deadlines {
    queue: Mutex<Queue>,
    alarm: Alarm,
    pub(super) lateness: lateness::Counter,
}

#[derive(Debug, Default)]
struct Queue {
    next_id: u64,
    /// The runtime has ended: nobody is woken any more.
    has_ended: bool,
    /// By moment, and by timer where that is equal.
    waiting: BTreeMap<(Instant, u64), Waker>,
}

impl Deadlines {
    pub(super) fn new(alarm: Alarm) -> Self {
        Deadlines { queue: Mutex::default(), alarm, lateness: lateness::Counter::default() }
    }

    /// A number for a timer.
    pub(super) fn next_id(&self) -> u64 {
        let mut queue = self.queue.lock();
        queue.next_id += 1;
        queue.next_id
    }

    /// Whether the runtime has ended.
    pub(super) fn have_ended(&self) -> bool {
        self.queue.lock().has_ended
    }

    /// Wakes `waker` at `then`, and no more at the moment for which this timer is armed.
    pub(super) fn arm(
        &self,
        id: u64,
        armed: Option<Instant>,
        then: Option<Instant>,
        waker: &Waker,
    ) {
        let mut queue = self.queue.lock();
        if let Some(armed) = armed {
            let known = queue.waiting.get(&(armed, id));
            if then == Some(armed) && known.is_some_and(|known| known.will_wake(waker)) {
                return;
            }
            queue.waiting.remove(&(armed, id));
        }
        let Some(at) = then else { return };
        queue.waiting.insert((at, id), waker.clone());
        if queue.waiting.first_key_value().is_some_and(|(first, _)| *first == (at, id)) {
            self.alarm.set(at);
        }
    }

    /// Wakes nobody for a timer that is armed for this moment.
    pub(super) fn disarm(&self, id: u64, armed: Instant) {
        self.queue.lock().waiting.remove(&(armed, id));
    }

    /// Arms a timer with a mistake: the alarm is set before the timer is in the queue.
    #[cfg(all(test, chaosgate_models))]
    pub(super) fn arm_behind_the_alarm(&self, id: u64, at: Instant, waker: &Waker) {
        self.alarm.set(at);
        self.queue.lock().waiting.insert((at, id), waker.clone());
    }

    /// How many timers are armed.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.queue.lock().waiting.len()
    }

    /// Wakes who is due, and sets the alarm for the next.
    fn wake_due(&self) {
        let now = now();
        let due = {
            let mut queue = self.queue.lock();
            let later = queue.waiting.split_off(&(now, u64::MAX));
            let due = std::mem::replace(&mut queue.waiting, later);
            if let Some(((next, _), _)) = queue.waiting.first_key_value() {
                self.alarm.set(*next);
            }
            due
        };
        for ((at, _), waker) in due {
            self.lateness.count(now - at);
            waker.wake();
        }
    }
}

/// What drives the timers, as long as the runtime lives.
pub(super) struct Driver(pub(super) Arc<Deadlines>);

impl Drop for Driver {
    /// Nobody is to wait for ever.
    fn drop(&mut self) {
        let mut queue = self.0.queue.lock();
        queue.has_ended = true;
        let waiting = std::mem::take(&mut queue.waiting);
        drop(queue);
        waiting.into_values().for_each(Waker::wake);
    }
}

/// Wakes whoever is due when it is due.
pub(super) async fn drive(driver: Driver) {
    loop {
        driver.0.wake_due();
        driver.0.alarm.fired().await;
    }
}
