//! The Python package: built, checked and tested in an environment of its own.

mod environment;
mod servers;
pub(crate) mod wheel;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use chaosgate_testkit::SKIPS_VARIABLE;

use crate::error::Error;
use crate::root::root;
use crate::run::run;
use crate::skips::Skips;
use crate::workspace::Metadata;
use environment::Environment;
use servers::Servers;

/// Format, lints and types.
pub(crate) fn check(skips: &mut Skips) -> Result<(), Error> {
    let Some(python) = developers(Profile::Dev, skips)? else { return Ok(()) };
    run(python.tool("ruff").args(["format", "--check"]).args(SOURCES))?;
    run(python.tool("ruff").arg("check").args(SOURCES))?;
    run(python.tool("mypy").args(["python/chaosgate", "python/pytest_chaosgate"]))?;
    run(python.tool("pyright").arg("--pythonpath").arg(python.interpreter()))?;
    // The engine against its stub; everything else is its own.
    run(python.tool("stubtest").arg("chaosgate._engine"))
}

/// What is written in Python.
const SOURCES: [&str; 2] = ["python", "examples/python"];

/// The package's tests, and those of the examples, as a user has them: away from the repository, in
/// an environment that has the wheel and what the examples need. With the second tier, if `full`.
pub(crate) fn test(full: bool, skips: &mut Skips) -> Result<(), Error> {
    let profile = if full { Profile::Release } else { Profile::Dev };
    let Some(python) = developers(profile, skips)? else { return Ok(()) };
    let servers = Servers::start(skips);
    let mut tests = servers.tell(python.tool("pytest"));
    tests.env(SKIPS_VARIABLE, skips.file());
    run(tests.arg("python/tests").args(full.then_some("--full")))?;
    test_on_the_oldest_pytest(skips)?;
    let Some(python) = users(skips)? else { return Ok(()) };
    let away = tempfile::tempdir().map_err(Error::file("make", "a temporary directory"))?;
    for example in directories(&root().join("examples/python"))? {
        run(Command::new("cp").arg("-R").arg(&example).arg(away.path()))?;
        let name = example.file_name().unwrap_or_default();
        let mut tests = servers.tell(python.tool("pytest"));
        run(tests.current_dir(away.path().join(name)))?;
    }
    Ok(())
}

/// The plugin's tests once more, with the oldest pytest that it works with.
fn test_on_the_oldest_pytest(skips: &mut Skips) -> Result<(), Error> {
    let directory = directory()?.join("venv-of-oldest-pytest");
    let requirements = "python/requirements-pytest7.txt";
    let Some(python) = Environment::at(&directory, requirements, skips)? else { return Ok(()) };
    python.install(&wheels()?)?;
    // It does not know what the options of the workspace have it do: to load no plugin but this
    // one.
    let mut tests = python.tool("pytest");
    tests.env("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1");
    run(tests.args(["-o", "addopts=", "-p", "chaosgate", "python/tests", "-k", "test_plugin"]))
}

/// How the engine is built.
#[derive(Debug, Clone, Copy)]
enum Profile {
    /// As the workspace's own tests are, so that little is built twice.
    Dev,
    Release,
    /// As the program is that users get.
    Dist,
}

impl Profile {
    /// Its name, for cargo.
    fn name(self) -> &'static str {
        match self {
            Profile::Dev => "dev",
            Profile::Release => "release",
            Profile::Dist => "dist",
        }
    }
}

/// An environment with the package, which is built for it, and all tools; `None`, with a note,
/// where there is no Python.
fn developers(profile: Profile, skips: &mut Skips) -> Result<Option<Environment>, Error> {
    let directory = directory()?.join("venv");
    let Some(python) = Environment::at(&directory, "python/requirements.txt", skips)? else {
        return Ok(None);
    };
    let wheels = wheels()?;
    // Only the one that is built now.
    let _ = fs::remove_dir_all(&wheels);
    run(maturin(&python, profile, &wheels).arg("--quiet"))?;
    python.install(&wheels)?;
    Ok(Some(python))
}

/// Builds the package as a wheel in the directory `wheels`.
fn maturin(python: &Environment, profile: Profile, wheels: &Path) -> Command {
    let mut build = python.tool("maturin");
    build.args(["build", "--locked", "--profile", profile.name(), "--out"]).arg(wheels);
    build
}

/// An environment with the package that was built last, and what the examples need.
fn users(skips: &mut Skips) -> Result<Option<Environment>, Error> {
    let directory = directory()?.join("venv-of-examples");
    let requirements = "examples/python/requirements.txt";
    let Some(python) = Environment::at(&directory, requirements, skips)? else { return Ok(None) };
    python.install(&wheels()?)?;
    Ok(Some(python))
}

fn directory() -> Result<PathBuf, Error> {
    Ok(Metadata::of_the_workspace()?.target_directory.join("xtask"))
}

/// Where the package is built.
fn wheels() -> Result<PathBuf, Error> {
    Ok(directory()?.join("wheels"))
}

fn directories(parent: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(parent).map_err(Error::file("read", parent))?;
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.is_dir());
    paths.sort();
    Ok(paths)
}
