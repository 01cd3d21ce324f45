//! Whom a chain delivers to.

/// Whether whoever the chain delivers to takes segments now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sink {
    /// It takes the next segment.
    Open,
    /// It takes nothing: its peer does not read.
    Blocked,
}
