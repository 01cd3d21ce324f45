//! What proxies have counted: the counters stay when a proxy is deleted or gets another route, so what its
//! gate has counted is kept when that goes.

use super::counts::Counts;
use super::proxy::Proxy;
use crate::registry::{Beside, Kept, Registry};

/// What proxies have counted that are no more.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Whether anybody is shown it; if not, it does not grow.
    pub(super) is_shown: bool,
    counts: Counts,
}

impl Beside for Proxy {
    type Past = Ledger;

    fn is_moving(kept: &mut Kept<Self>, name: &str, ledger: &Ledger) {
        if ledger.is_shown && kept.as_proxy().is_ok() {
            kept.beside.past.close(name, &kept.gate);
        }
    }

    fn has_gone(kept: &mut Kept<Self>, name: &str, ledger: &mut Ledger) {
        if ledger.is_shown && kept.as_proxy().is_ok() {
            ledger.counts.add_all(counts_of(name, kept));
        }
    }
}

/// What all proxies have counted, those of before and those of now.
pub(super) fn counts(registry: &Registry<Proxy>) -> Counts {
    // Held meanwhile, so that the counts of none are read neither here nor there.
    let past = registry.past();
    let mut counts = past.counts.clone();
    for member in registry.all() {
        member.with(|kept| {
            if let Ok(proxy) = kept.as_proxy() {
                counts.add_all(counts_of(member.name(), proxy));
            }
        });
    }
    counts
}

fn counts_of(name: &str, kept: &Kept<Proxy>) -> Counts {
    kept.beside.past.with(name, &kept.gate)
}
