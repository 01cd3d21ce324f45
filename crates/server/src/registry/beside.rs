//! What interfaces keep beside gates.

use std::fmt;

use super::Kept;

/// What interfaces keep beside each gate, and what of that they keep of gates that are no more.
///
/// The registry tells of what happens, whichever interface it comes by: so none can forget another.
pub trait Beside: fmt::Debug + Default + Send + 'static {
    /// What is kept of gates that are no more. Nobody looks at it while gates go or move.
    type Past: fmt::Debug + Default + Send;

    /// The gate of this name is about to have another route.
    fn is_moving(kept: &mut Kept<Self>, name: &str, past: &Self::Past);

    /// The gate of this name is no more.
    fn has_gone(kept: &mut Kept<Self>, name: &str, past: &mut Self::Past);
}

/// Nothing is kept.
impl Beside for () {
    type Past = ();

    fn is_moving(_: &mut Kept<()>, _: &str, (): &()) {}

    fn has_gone(_: &mut Kept<()>, _: &str, (): &mut ()) {}
}
