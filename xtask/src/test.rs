//! Runs the tests.

use std::process::Command;

use chaosgate_testkit::{SKIPS_VARIABLE, is_ci};

use crate::clients;
use crate::error::Error;
use crate::fuzz;
use crate::python;
use crate::run::{cargo, run};
use crate::setup;
use crate::skips::Skips;
use crate::workspace::Metadata;

/// How long the second tier looks for inputs of each target that fail.
pub(crate) const FUZZ_SECONDS: u32 = 60;

/// Installs what the tests need, and runs them; with the second tier and the fuzz targets, if
/// `full`. What was skipped is said at the end, also when a test failed, since a missing server may
/// be the cause.
pub(crate) fn test(full: bool) -> Result<(), Error> {
    let target = Metadata::of_the_workspace()?.target_directory;
    let mut skips = Skips::new(&target.join("xtask"))?;
    setup::servers(&mut skips);
    clients::install_all(&target, full, &mut skips);
    let can_fuzz = full && setup::compiler(&mut skips);
    let tested = tiers(full)
        .into_iter()
        .try_for_each(|mut tests| run(tests.env(SKIPS_VARIABLE, skips.file())))
        .and_then(|()| python::test(full, &mut skips))
        .and_then(|()| if can_fuzz { fuzz::search_all(FUZZ_SECONDS) } else { Ok(()) });
    let concluded = skips.conclude(is_ci());
    tested.and(concluded)
}

/// Those of the Python package alone, and of its examples.
pub(crate) fn python(full: bool) -> Result<(), Error> {
    let mut skips = Skips::new(&Metadata::of_the_workspace()?.target_directory.join("xtask"))?;
    setup::servers(&mut skips);
    let tested = python::test(full, &mut skips);
    let concluded = skips.conclude(is_ci());
    tested.and(concluded)
}

/// The commands that run the tests.
fn tiers(full: bool) -> Vec<Command> {
    // Also builds the examples and runs those in the documentation.
    let mut tiers = vec![cargo(["test", "--workspace"])];
    if full {
        // One after another, as they measure and compete for the machine. Without the
        // documentation, where `ignore` marks what is no test.
        let arguments =
            ["test", "--workspace", "--release", "--lib", "--bins", "--tests", "--", "--ignored"];
        let mut second = cargo(arguments);
        second.arg("--test-threads=1");
        tiers.push(second);
        tiers.push(models());
    }
    tiers
}

/// The models of what threads do at the same moment, which are built of other types than all else.
fn models() -> Command {
    let mut models = cargo([
        "test",
        "--package",
        "chaosgate",
        "--lib",
        "--release",
        "--target-dir",
        "target/models",
        "models",
    ]);
    models.env("RUSTFLAGS", "--cfg chaosgate_models");
    models
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::line;

    #[test]
    fn the_second_tier_runs_only_when_asked_for() {
        let lines = |full| tiers(full).iter().map(line).collect::<Vec<_>>();
        assert_eq!(lines(false), ["cargo test --workspace"]);
        assert_eq!(lines(true).len(), 3);
        assert!(lines(true)[1].ends_with("-- --ignored --test-threads=1"));
        assert!(lines(true)[2].starts_with("RUSTFLAGS=\"--cfg chaosgate_models\" cargo test "));
    }
}
