//! All gates of a process, by name: what every interface works on.
//!
//! | to find | look in |
//! |---|---|
//! | adding one gate, changing it, removing it | this file |
//! | a gate with what is kept beside it | `kept.rs`: [`Kept`]; what interfaces keep: `beside.rs`: [`Beside`] |
//! | bringing about what a configuration says | `apply.rs`, `apply_error.rs`; what it asks for: `plan.rs` |
//! | the end of all | `closing.rs` |
//! | what the faults of a gate have done that are gone | `past_hits.rs` |

mod apply;
mod apply_error;
mod beside;
mod closing;
mod kept;
mod past_hits;
mod plan;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;
use std::time::Duration;

pub use apply_error::ApplyError;
pub use beside::Beside;
use chaosgate::AnyGate;
pub use closing::Closing;
pub use kept::Kept;
use parking_lot::{Mutex, MutexGuard};
pub use past_hits::PastHits;
pub use plan::Plan;
use tokio::time::timeout;

use crate::log;

/// How long a call waits for the ends of the connections that it closes: they take microseconds, but
/// for one whose bytes are to arrive before its reset.
const TOLD: Duration = Duration::from_millis(200);

/// All gates of a process, by name.
///
/// `B` is what the interfaces keep beside each gate. It comes and goes with the gate, and is changed
/// under the same lock.
///
/// No lock is held across a wait: what takes time, such as asking a name server, is done before.
#[derive(Debug)]
pub struct Registry<B: Beside> {
    seed: u64,
    /// Locked before the members.
    past: Mutex<B::Past>,
    members: Mutex<Members<B>>,
}

#[derive(Debug)]
struct Members<B> {
    by_name: BTreeMap<String, Arc<Member<B>>>,
    is_closed: bool,
}

/// A gate under its name, until it is removed.
#[derive(Debug)]
pub struct Member<B> {
    name: String,
    /// `None` once it has been removed.
    kept: Mutex<Option<Kept<B>>>,
}

/// Why a gate cannot be added. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum AddError<E> {
    /// Another gate has this name.
    #[error("there is a gate named \"{name}\" already")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// The registry has been [closed](Registry::close).
    #[error("no gate can be added any more: all are being closed")]
    Closed,
    /// The gate could not be made.
    #[error(transparent)]
    Make(E),
}

impl<B: Beside> Registry<B> {
    /// An empty registry, whose gates have their seeds from this one.
    pub fn new(seed: u64) -> Self {
        let members = Members { by_name: BTreeMap::new(), is_closed: false };
        Registry { seed, past: Mutex::default(), members: Mutex::new(members) }
    }

    /// What interfaces keep of gates that are no more. None goes or moves as long as this is held.
    pub(crate) fn past(&self) -> MutexGuard<'_, B::Past> {
        self.past.lock()
    }

    /// Whether it has been [closed](Registry::close).
    pub fn is_closed(&self) -> bool {
        self.members.lock().is_closed
    }

    /// The seed of the gate of this name: the same in every run, however many other gates there are,
    /// and below 2^53.
    pub fn seed_for(&self, name: &str) -> u64 {
        // FNV-1a, 64 bits (Fowler, Noll and Vo), which no release of anything changes.
        let bytes = self.seed.to_le_bytes().into_iter().chain(name.bytes());
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        chaosgate::seed_of(hash)
    }

    /// The gate of this name.
    pub fn get(&self, name: &str) -> Option<Arc<Member<B>>> {
        self.members.lock().by_name.get(name).cloned()
    }

    /// All gates, in the order of their names.
    pub fn all(&self) -> Vec<Arc<Member<B>>> {
        self.members.lock().by_name.values().cloned().collect()
    }

    /// Adds the gate that `make` makes, which is not called if the name is taken. Of several that
    /// add one name, one succeeds. Gives what `make` gives beside the gate.
    ///
    /// # Errors
    ///
    /// [`AddError`].
    pub fn add<T, E>(
        &self,
        name: &str,
        make: impl FnOnce() -> Result<(Kept<B>, T), E>,
    ) -> Result<T, AddError<E>> {
        let mut members = self.members.lock();
        if members.is_closed {
            return Err(AddError::Closed);
        }
        match members.by_name.entry(name.to_owned()) {
            Entry::Occupied(_) => Err(AddError::NameTaken { name: name.to_owned() }),
            Entry::Vacant(vacant) => {
                let (kept, result) = make().map_err(AddError::Make)?;
                let (name, kept) = (name.to_owned(), Mutex::new(Some(kept)));
                vacant.insert(Arc::new(Member { name, kept }));
                Ok(result)
            }
        }
    }

    /// Removes the gate of this name, if it is one that is `meant`, and stops it: name and port are free
    /// when this has returned. Its connections may still move a byte, until
    /// [their peers have been told](AnyGate::wait_told).
    pub fn remove(&self, name: &str, meant: impl FnOnce(&mut Kept<B>) -> bool) -> Option<AnyGate> {
        let (mut past, mut members) = (self.past.lock(), self.members.lock());
        let mut kept = members.by_name.get(name)?.kept.lock().take_if(meant)?;
        members.by_name.remove(name);
        if kept.gate.is_running() {
            log::stopped(name);
        }
        kept.gate.stop();
        log::removed(name);
        B::has_gone(&mut kept, name, &mut past);
        Some(kept.gate)
    }

    /// Removes all gates, of which none can be added any more. New clients are refused when this has
    /// returned; the connections that stand go on.
    pub fn close(&self) -> Closing {
        let members = {
            let mut members = self.members.lock();
            members.is_closed = true;
            std::mem::take(&mut members.by_name)
        };
        let kept = members.values().filter_map(|member| member.kept.lock().take());
        Closing::of(kept.map(|kept| kept.gate))
    }
}

impl<B> Member<B> {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Looks at it or changes it, one at a time; `None` if it has been removed.
    pub fn with<T>(&self, work: impl FnOnce(&mut Kept<B>) -> T) -> Option<T> {
        self.kept.lock().as_mut().map(work)
    }

    /// The same for work that may close connections, whose peers have been told when this returns.
    pub async fn with_told<T>(&self, work: impl FnOnce(&mut Kept<B>) -> T) -> Option<T> {
        let (gate, result) = self.with(|kept| (kept.gate.clone(), work(kept)))?;
        told(&gate).await;
        Some(result)
    }
}

/// Waits until the connections that a gate has closed move no byte any more, and their peers can read
/// the end. Not under a lock, and not for long.
pub(crate) async fn told(gate: &AnyGate) {
    let _ = timeout(TOLD, gate.wait_told()).await;
}

#[cfg(test)]
mod tests {
    use chaosgate::{Route, StartError, TcpGate};

    use super::*;

    fn kept() -> Result<(Kept<()>, ()), StartError> {
        let gate = TcpGate::start_on(Route::to("127.0.0.1:9"))?.into();
        Ok((Kept::new(gate, ()), ()))
    }

    #[tokio::test]
    async fn a_name_is_given_once_and_free_after_its_removal() {
        let registry = Registry::new(0);
        registry.add("one", kept).expect("a free name");
        let error = registry.add("one", kept).expect_err("a name that is taken");
        assert_eq!(error.to_string(), "there is a gate named \"one\" already");
        assert!(registry.remove("one", |_| true).is_some());
        assert!(registry.remove("one", |_| true).is_none());
        registry.add("one", kept).expect("a free name");
    }

    #[tokio::test]
    async fn a_gate_that_is_not_meant_is_not_removed() {
        let registry = Registry::new(0);
        registry.add("one", kept).expect("a free name");
        assert!(registry.remove("one", |_| false).is_none());
        let member = registry.get("one").expect("it is there");
        assert_eq!(member.with(|kept| kept.gate.is_running()), Some(true));
    }

    #[tokio::test]
    async fn who_has_found_a_gate_that_is_removed_meanwhile_cannot_change_it() {
        let registry = Registry::new(0);
        registry.add("one", kept).expect("a free name");
        let member = registry.get("one").expect("a gate");
        let removed = registry.remove("one", |_| true).expect("a gate");
        assert!(!removed.is_running());
        assert_eq!(member.with(|_| ()), None);
    }

    #[tokio::test]
    async fn a_registry_that_is_closed_takes_no_gate() {
        let registry = Registry::new(0);
        registry.add("one", kept).expect("a free name");
        let member = registry.get("one").expect("a gate");
        let closing = registry.close();
        assert_eq!((closing.connection_count(), member.with(|_| ())), (0, None));
        assert!(matches!(registry.add("two", kept), Err(AddError::Closed)));
    }

    #[test]
    fn seed_and_name_each_change_a_gates_seed() {
        let seed = |seed, name| Registry::<()>::new(seed).seed_for(name);
        assert_eq!(seed(1, "a"), seed(1, "a"));
        assert_ne!(seed(1, "a"), seed(1, "b"));
        assert_ne!(seed(1, "a"), seed(2, "a"));
    }
}
