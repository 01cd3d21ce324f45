//! Checks what needs no running: format, lints, documentation, licences.

use chaosgate_testkit::is_ci;

use crate::error::Error;
use crate::fuzz;
use crate::licences;
use crate::python;
use crate::run::{cargo, run};
use crate::skips::Skips;
use crate::workspace::Metadata;

/// Stops at the first check that fails.
pub(crate) fn check() -> Result<(), Error> {
    run(&mut cargo(["fmt", "--all", "--check"]))?;
    // Has a workspace of its own, which brings too much to be compiled for its lints.
    let clients = "crates/cli/tests/clients/rust/Cargo.toml";
    run(&mut cargo(["fmt", "--manifest-path", clients, "--check"]))?;
    run(&mut cargo(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    // Has a workspace of its own.
    fuzz::check()?;
    run(cargo(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))?;
    licences::check()?;
    let mut skips = Skips::new(&Metadata::of_the_workspace()?.target_directory.join("xtask"))?;
    let checked = python::check(&mut skips);
    checked.and(skips.conclude(is_ci()))
}
