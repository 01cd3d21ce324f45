//! What proxies have counted: the counters stay when a proxy is deleted or gets another route, so what its
//! gate has counted is kept when that goes.

use chaosgate::AnyGate;
use parking_lot::Mutex;

use super::counts::Counts;
use super::error::ApiError;
use super::proxy::Proxy;
use crate::log;
use crate::registry::{ApplyError, Kept, Plan, Registry};

/// What proxies have counted that are no more.
#[derive(Debug)]
pub(super) struct Ledger {
    /// Whether anybody is shown it; if not, it does not grow.
    pub(super) is_shown: bool,
    counts: Mutex<Counts>,
}

impl Ledger {
    pub(super) fn new(is_shown: bool) -> Self {
        Ledger { is_shown, counts: Mutex::default() }
    }

    /// Removes a proxy, whose counts stay. Gives its gate, which has been stopped.
    pub(super) fn remove(
        &self,
        registry: &Registry<Proxy>,
        name: &str,
    ) -> Result<AnyGate, ApiError> {
        // Held meanwhile, so that nobody reads its counts neither here nor there.
        let mut counts = self.counts.lock();
        let mut was_running = false;
        let kept = registry.remove(name, |kept| {
            was_running = kept.gate.is_running();
            kept.as_proxy().is_ok()
        });
        let kept = kept.ok_or(ApiError::ProxyNotFound)?;
        if was_running {
            log::stopped(name);
        }
        log::removed(name);
        if self.is_shown {
            counts.add_all(counts_of(name, &kept));
        }
        Ok(kept.gate)
    }

    /// Brings about what a configuration says. The counts stay of proxies that go, and of routes that are left.
    pub(super) fn apply(&self, registry: &Registry<Proxy>, plan: Plan) -> Result<(), ApplyError> {
        // Held meanwhile, as above.
        let mut counts = self.counts.lock();
        let gone = registry.apply(plan, |name, kept| {
            if self.is_shown && kept.as_proxy().is_ok() {
                kept.beside.past.close(name, &kept.gate);
            }
        })?;
        for (name, mut kept) in gone {
            if self.is_shown && kept.as_proxy().is_ok() {
                counts.add_all(counts_of(&name, &kept));
            }
        }
        Ok(())
    }

    /// What all proxies have counted, those of before and those of now.
    pub(super) fn counts(&self, registry: &Registry<Proxy>) -> Counts {
        let before = self.counts.lock();
        let mut counts = before.clone();
        for member in registry.all() {
            member.with(|kept| {
                if let Ok(proxy) = kept.as_proxy() {
                    counts.add_all(counts_of(member.name(), proxy));
                }
            });
        }
        counts
    }
}

fn counts_of(name: &str, kept: &Kept<Proxy>) -> Counts {
    kept.beside.past.with(name, &kept.gate)
}
