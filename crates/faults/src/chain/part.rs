//! Which part of an entry stands in a chain.

/// Which part of an entry a slot has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The one for the direction on whose list it stands.
    Own,
    /// The one that its fault has in the other direction.
    Opposite,
    /// What looks in the other direction for what it waits for.
    Lookout,
}
