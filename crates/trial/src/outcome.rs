//! What is known of a question that was asked.

/// What is known of a question once it has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The right answer has come.
    Ok,
    /// What was asked for has not been done, or not rightly.
    Failed,
    /// It ended without an answer: what was asked for may have been done.
    Indeterminate,
}
