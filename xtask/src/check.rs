//! Checks what needs no running: format, lints, documentation, licences.

use crate::{
    error::Error,
    fuzz, licences,
    run::{cargo, run},
};

/// Stops at the first check that fails.
pub(crate) fn check() -> Result<(), Error> {
    run(&mut cargo(["fmt", "--all", "--check"]))?;
    run(&mut cargo(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    // Has a workspace of its own.
    fuzz::check()?;
    run(cargo(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))?;
    licences::check()
}
