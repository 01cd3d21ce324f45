//! The connections to the interface: each is at work while a call is, and idle otherwise. Where there
//! is no room for another, the one that has been idle for longest goes.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::task::JoinHandle;

/// All that are open.
#[derive(Debug, Clone, Default)]
pub(crate) struct Connections(Arc<Mutex<Open>>);

#[derive(Debug, Default)]
struct Open {
    /// Counts what happens, so that things can be told to be older than others.
    moment: u64,
    /// By the moment of their beginning.
    all: BTreeMap<u64, Connection>,
}

impl Open {
    fn next_moment(&mut self) -> u64 {
        self.moment += 1;
        self.moment
    }
}

#[derive(Debug)]
struct Connection {
    is_at_work: bool,
    /// It has been at work, or idle, from this moment on.
    since: u64,
    task: JoinHandle<()>,
}

impl Connections {
    /// Opens one, with the task that `serve` makes of its place among them.
    pub(crate) fn open<F>(&self, serve: impl FnOnce(Place) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        // Held meanwhile, so that its end comes after its beginning.
        let mut open = self.0.lock();
        let since = open.next_moment();
        let place = Place { number: since, connections: self.clone() };
        let task = tokio::spawn(serve(place));
        open.all.insert(since, Connection { is_at_work: false, since, task });
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.lock().all.len()
    }

    /// How many calls are under way.
    pub(crate) fn calls(&self) -> usize {
        self.0.lock().all.values().filter(|connection| connection.is_at_work).count()
    }

    /// Ends the one that has been idle for longest, and waits until its socket is closed. If all are at
    /// work and `one_must_go`, the one that has been so for longest, which waits for its client.
    pub(crate) async fn end_oldest(&self, one_must_go: bool) -> bool {
        let Some(task) = self.take_oldest(one_must_go) else { return false };
        task.abort();
        // That it has been told to is how it ends.
        let _ = task.await;
        true
    }

    fn take_oldest(&self, one_must_go: bool) -> Option<JoinHandle<()>> {
        let mut open = self.0.lock();
        let candidates = open.all.iter().filter(|(_, one)| one_must_go || !one.is_at_work);
        let (number, _) = candidates.min_by_key(|(_, one)| (one.is_at_work, one.since))?;
        let number = *number;
        open.all.remove(&number).map(|connection| connection.task)
    }
}

/// The place of one among them; it is closed when this goes.
#[derive(Debug)]
pub(crate) struct Place {
    number: u64,
    connections: Connections,
}

impl Place {
    /// It is at work until what this gives goes.
    pub(crate) fn begin_call(self: &Arc<Self>) -> Call {
        self.set_at_work(true);
        Call(self.clone())
    }

    fn set_at_work(&self, is_at_work: bool) {
        let mut open = self.connections.0.lock();
        let since = open.next_moment();
        if let Some(connection) = open.all.get_mut(&self.number) {
            (connection.is_at_work, connection.since) = (is_at_work, since);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.0.lock().all.remove(&self.number);
    }
}

/// A call that is under way.
#[derive(Debug)]
pub(crate) struct Call(Arc<Place>);

impl Drop for Call {
    fn drop(&mut self) {
        self.0.set_at_work(false);
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::sync::mpsc;

    use super::*;

    /// Opens one that lives until it is ended, and says then which one it was.
    fn open(
        connections: &Connections,
        number: u32,
        ended: &mpsc::UnboundedSender<u32>,
    ) -> Arc<Place> {
        struct Ends(u32, mpsc::UnboundedSender<u32>);
        impl Drop for Ends {
            fn drop(&mut self) {
                self.1.send(self.0).expect("the test listens");
            }
        }
        let (ends, mut shared) = (Ends(number, ended.clone()), None);
        connections.open(|place| {
            let place = Arc::new(place);
            shared = Some(place.clone());
            async move {
                let _both = (ends, Arc::downgrade(&place));
                pending::<()>().await;
            }
        });
        shared.expect("a place")
    }

    #[tokio::test]
    async fn the_one_that_has_been_idle_for_longest_goes_and_one_at_work_only_if_it_must() {
        let (connections, (ended, mut ends)) = (Connections::default(), mpsc::unbounded_channel());
        let [first, second, third] = [1, 2, 3].map(|number| open(&connections, number, &ended));
        // They have been idle from now on.
        drop(first.begin_call());
        let _at_work = second.begin_call();
        let _later = third.begin_call();
        assert_eq!((connections.count(), connections.calls()), (3, 2));
        assert!(connections.end_oldest(false).await);
        assert!(!connections.end_oldest(false).await, "all are at work");
        assert!(connections.end_oldest(true).await);
        assert_eq!((ends.try_recv(), ends.try_recv()), (Ok(1), Ok(2)));
        assert_eq!((connections.count(), connections.calls()), (1, 1));
        drop(third);
    }

    #[tokio::test]
    async fn one_that_has_ended_is_forgotten() {
        let connections = Connections::default();
        connections.open(|place| async move { drop(place) });
        while connections.count() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(!connections.end_oldest(true).await);
    }
}
