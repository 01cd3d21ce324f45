//! The memory that all connections of a gate may hold together.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::task::Waker;

use crate::sync::Mutex;
use crate::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// What one that holds nothing may read though the memory is full, so that none is shut out by the
/// others.
const GRANT: usize = 2 << 10;

/// With so much left, nobody asks: more than all threads read at once.
const PLENTY: usize = 16 << 20;

/// What the chains of a gate hold, and who waits until it is less.
#[derive(Debug)]
pub(crate) struct Memory {
    limit: usize,
    used: AtomicUsize,
    last_share: AtomicU64,
    /// By share, so that each waits once at most, and none when it has gone.
    waiting: Mutex<BTreeMap<u64, Waker>>,
}

impl Memory {
    pub(crate) fn new(limit: usize) -> Self {
        Memory {
            limit,
            used: AtomicUsize::new(0),
            last_share: AtomicU64::new(0),
            waiting: Mutex::default(),
        }
    }

    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// Whether nothing more is to be taken in, but by who holds nothing yet.
    pub(crate) fn is_full(&self) -> bool {
        self.used.load(Ordering::SeqCst) >= self.limit
    }

    /// Whether so much is left that all who read at once may, without asking for it.
    fn has_plenty(&self) -> bool {
        self.limit.saturating_sub(self.used.load(Ordering::Relaxed)) >= PLENTY
    }

    /// Replaces what one share has counted for, `before`, by what it counts for `now`, which may
    /// depend on what is left under the limit without it. Gives the latter.
    fn replace(&self, before: usize, mut now: impl FnMut(usize) -> usize) -> usize {
        let mut used = self.used.load(Ordering::SeqCst);
        loop {
            let others = used - before;
            let now = now(self.limit.saturating_sub(others));
            let next = others.saturating_add(now);
            match self.used.compare_exchange_weak(used, next, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => {
                    if used >= self.limit && next < self.limit {
                        let waiting = std::mem::take(&mut *self.waiting.lock());
                        waiting.into_values().for_each(Waker::wake);
                    }
                    return now;
                }
                Err(other) => used = other,
            }
        }
    }
}

/// What one direction of one connection holds of a gate's memory: nothing any more when this goes.
#[derive(Debug)]
pub(crate) struct Share {
    memory: Arc<Memory>,
    number: u64,
    /// What it holds. Only its owner looks at this, which may move from thread to thread.
    held: AtomicUsize,
    /// What it may read beyond that; its owner's too.
    granted: AtomicUsize,
}

impl Share {
    /// A share that is nothing yet.
    pub(crate) fn of(memory: &Arc<Memory>) -> Self {
        Share {
            memory: memory.clone(),
            number: memory.last_share.fetch_add(1, Ordering::Relaxed),
            held: AtomicUsize::new(0),
            granted: AtomicUsize::new(0),
        }
    }

    /// Whether nothing more is to be taken in, but by who holds nothing yet.
    pub(crate) fn is_full(&self) -> bool {
        self.memory.is_full()
    }

    /// Whether so much is left that nobody has to ask for a [grant](Share::grant).
    pub(crate) fn has_plenty(&self) -> bool {
        self.memory.has_plenty()
    }

    /// It holds so many bytes now, and what it had been granted is settled with that.
    #[inline]
    pub(crate) fn set(&self, bytes: usize) {
        let before = self.counted();
        if bytes != before || self.granted.load(Ordering::Relaxed) > 0 {
            self.replace(before, bytes);
        }
    }

    fn replace(&self, before: usize, bytes: usize) {
        self.held.store(bytes, Ordering::Relaxed);
        self.granted.store(0, Ordering::Relaxed);
        if bytes != before {
            self.memory.replace(before, |_| bytes);
        }
    }

    /// How many of the `wanted` bytes may be read now: what is left, but a little at least for one
    /// that holds nothing. They count until the next `set`, so that many who read at once do not
    /// get the same memory; another grant takes the place of this one.
    pub(crate) fn grant(&self, wanted: usize) -> usize {
        let held = self.held.load(Ordering::Relaxed);
        let least = if held == 0 { GRANT } else { 0 };
        let counted = self.memory.replace(self.counted(), |room| {
            // What it holds itself is not to be granted to it.
            held + wanted.min(room.saturating_sub(held).max(least))
        });
        self.granted.store(counted - held, Ordering::Relaxed);
        counted - held
    }

    /// Has `waker` woken when there is room again, and none that it has given before. Whoever calls
    /// this looks once more afterwards.
    pub(crate) fn wait(&self, waker: &Waker) {
        let before = self.memory.waiting.lock().insert(self.number, waker.clone());
        // Not under the lock: with a waker its task may go, and another share with that.
        drop(before);
    }

    /// What it counts for.
    fn counted(&self) -> usize {
        self.held.load(Ordering::Relaxed) + self.granted.load(Ordering::Relaxed)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let waker = self.memory.waiting.lock().remove(&self.number);
        drop(waker);
        self.set(0);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::task::Wake;
    use std::thread::{self, Thread};
    use std::time::Duration;

    use rand::rngs::StdRng;
    use rand::{RngExt as _, SeedableRng as _};

    use super::*;

    /// Wakes a thread.
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    fn unpark() -> (Arc<Unpark>, Waker) {
        let unpark = Arc::new(Unpark(thread::current()));
        (unpark.clone(), Waker::from(unpark))
    }

    fn used(memory: &Memory) -> usize {
        memory.used.load(Ordering::SeqCst)
    }

    #[test]
    fn a_share_that_has_gone_holds_nothing_and_waits_for_nothing() {
        let memory = Arc::new(Memory::new(100));
        let full = Share::of(&memory);
        full.set(100);
        let (unpark, waker) = unpark();
        for _ in 0..1_000 {
            let share = Share::of(&memory);
            share.set(1);
            share.wait(&waker);
            share.wait(&waker);
        }
        assert!(memory.waiting.lock().is_empty());
        assert_eq!(Arc::strong_count(&unpark), 2, "this one and the waker");
        assert_eq!(used(&memory), 100);
        drop(full);
        assert_eq!(used(&memory), 0);
    }

    #[test]
    fn who_waits_is_woken_once_when_there_is_room() {
        let memory = Arc::new(Memory::new(100));
        let [full, waiting] = [(); 2].map(|()| Share::of(&memory));
        full.set(101);
        let (unpark, waker) = unpark();
        waiting.wait(&waker);
        full.set(100);
        assert_eq!(Arc::strong_count(&unpark), 3, "it is as full as before");
        full.set(99);
        assert_eq!(Arc::strong_count(&unpark), 2, "the waker has been used");
        thread::park();
    }

    #[test]
    fn what_is_granted_is_what_is_left_and_a_little_for_who_holds_nothing() {
        let memory = Arc::new(Memory::new(10_000));
        let [first, second] = [(); 2].map(|()| Share::of(&memory));
        assert_eq!(first.grant(9_000), 9_000);
        assert_eq!(first.grant(9_500), 9_500, "in place of the one before");
        first.set(9_000);
        assert_eq!(first.grant(5_000), 1_000);
        assert!(memory.is_full());
        assert_eq!(second.grant(100), 100);
        assert_eq!(second.grant(100_000), GRANT);
        assert_eq!(used(&memory), 10_000 + GRANT);
        second.set(1);
        assert_eq!(second.grant(1), 0, "it holds something");
        first.set(9_000);
        assert_eq!(second.grant(100_000), 999);
    }

    /// Many threads take as much as they get, hold it, give it back and wait for more.
    #[test]
    fn many_at_once_do_not_go_beyond_the_limit_by_more_than_a_grant_each() {
        const THREADS: usize = 4;
        const SHARES: usize = 4;
        const LIMIT: usize = 10 * GRANT;
        let memory = Arc::new(Memory::new(LIMIT));
        let (sender, receiver) = channel();
        for seed in 0..THREADS {
            let (memory, sender) = (memory.clone(), sender.clone());
            thread::spawn(move || {
                let mut dice = StdRng::seed_from_u64(seed as u64);
                let (_, waker) = unpark();
                let mut shares = [0; SHARES].map(|held| (Share::of(&memory), held));
                let mut most = 0;
                for _ in 0..5_000 {
                    let (share, held) = &mut shares[dice.random_range(0..SHARES)];
                    let wanted = dice.random_range(1..LIMIT);
                    let mut granted = share.grant(wanted);
                    if granted == 0 {
                        share.wait(&waker);
                        granted = share.grant(wanted);
                    }
                    most = most.max(used(&memory));
                    if granted == 0 {
                        // Nobody else may be awake.
                        for (share, held) in &mut shares {
                            *held = 0;
                            share.set(0);
                        }
                        thread::park();
                        continue;
                    }
                    *held += dice.random_range(0..=granted);
                    share.set(*held);
                    if dice.random_ratio(1, 20) {
                        (*share, *held) = (Share::of(&memory), 0);
                    }
                }
                drop(shares);
                sender.send(most).expect("the test listens");
            });
        }
        for _ in 0..THREADS {
            let most = receiver.recv_timeout(Duration::from_mins(1)).expect("nobody sleeps on");
            assert!(most <= LIMIT + THREADS * SHARES * GRANT, "{most}");
        }
        assert_eq!(used(&memory), 0);
        assert!(memory.waiting.lock().is_empty());
    }
}
