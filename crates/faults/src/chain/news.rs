//! What the parts of an entry tell of themselves in the other direction.

/// What an entry tells of itself to its part in the other direction.
#[derive(Debug, Clone, Copy)]
pub(crate) enum News {
    /// Which span of it is not over.
    Span(Option<u64>),
    /// How many matches there have been that are meant.
    Matches(u64),
}
