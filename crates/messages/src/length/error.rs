//! Why the place of a length cannot be read.

/// Why what is written behind `length:` cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// There is no such parameter.
    #[error("length has no parameter \"{name}\": it must be one of offset, size, order, counts")]
    UnknownParameter {
        /// What was written.
        name: String,
    },
    /// A parameter has no value.
    #[error("length: \"{text}\" must be a parameter and its value, as in size=4")]
    NoValue {
        /// What was written.
        text: String,
    },
    /// A parameter has a value that it cannot have.
    #[error("length: {parameter} = \"{value}\" must be {expected}")]
    BadValue {
        /// The parameter.
        parameter: &'static str,
        /// What was written.
        value: String,
        /// What may be written.
        expected: &'static str,
    },
    /// A parameter is given twice.
    #[error("length: {parameter} is given twice")]
    Twice {
        /// The parameter.
        parameter: &'static str,
    },
}
