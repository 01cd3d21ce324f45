//! What the product costs: in instructions.

pub(crate) mod instructions;
