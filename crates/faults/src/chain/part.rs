//! Which part of an entry stands in a chain.

/// Which part of an entry a slot has: the one for the direction on whose list it stands, or the one for
/// the other, or what looks there for what the entry waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Own,
    Opposite,
    Lookout,
}
