//! What there is to judge once a cause has struck.

use chaosgate::Totals;

/// What there is to judge once a cause has struck.
#[derive(Debug, Clone)]
pub struct Strike<T> {
    /// What was seen of the service.
    pub seen: T,
    /// How often what the cause added has hit.
    pub hits: u64,
    /// What had gone through the gate before.
    pub before: Totals,
    /// And until it was judged.
    pub after: Totals,
}
