//! The Python package: built, checked and tested in an environment of its own.

mod environment;
mod servers;

use std::{fs, path::Path, process::Command};

use crate::{
    error::Error,
    run::run,
    skips::Skips,
    workspace::{self, Metadata},
};
use environment::Environment;
use servers::Servers;

/// Format, lints and types.
pub(crate) fn check(skips: &mut Skips) -> Result<(), Error> {
    let Some(python) = installed(Profile::Dev, skips)? else { return Ok(()) };
    run(python.tool("ruff").args(["format", "--check"]).args(SOURCES))?;
    run(python.tool("ruff").arg("check").args(SOURCES))?;
    run(python.tool("mypy").args(["python/chaosgate", "python/pytest_chaosgate"]))?;
    run(python.tool("pyright").arg("--pythonpath").arg(python.interpreter()))?;
    // The engine against its stub; everything else is its own.
    run(python.tool("stubtest").arg("chaosgate._engine"))
}

/// What is written in Python.
const SOURCES: [&str; 2] = ["python", "examples/python"];

/// The package's tests, and away from the repository those of the examples. With the second tier, if `full`.
pub(crate) fn test(full: bool, skips: &mut Skips) -> Result<(), Error> {
    let profile = if full { Profile::Release } else { Profile::Dev };
    let Some(python) = installed(profile, skips)? else { return Ok(()) };
    let mut tests = python.tool("pytest");
    run(tests.arg("python/tests").args(full.then_some("--full")))?;
    let away = tempfile::tempdir().map_err(Error::file("make", "a temporary directory"))?;
    let servers = Servers::start(skips);
    for example in directories(&workspace::root().join("examples/python"))? {
        run(Command::new("cp").arg("-R").arg(&example).arg(away.path()))?;
        let name = example.file_name().unwrap_or_default();
        let mut tests = servers.tell(python.tool("pytest"));
        run(tests.current_dir(away.path().join(name)))?;
    }
    Ok(())
}

/// How the engine is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Profile {
    /// As the workspace's own tests are, so that little is built twice.
    Dev,
    Release,
}

/// An environment with the package as its users install it; `None`, with a note, where there is no Python.
fn installed(profile: Profile, skips: &mut Skips) -> Result<Option<Environment>, Error> {
    let directory = Metadata::of_the_workspace()?.target_directory.join("xtask");
    let Some(python) = Environment::at(&directory.join("venv"), skips)? else { return Ok(None) };
    let wheels = directory.join("wheels");
    // Only the one that is built now.
    let _ = fs::remove_dir_all(&wheels);
    let mut build = python.tool("maturin");
    build.args(["build", "--quiet", "--locked", "--out"]).arg(&wheels);
    run(build.args((profile == Profile::Release).then_some("--release")))?;
    let wheel = files(&wheels)?.into_iter().next().ok_or(Error::NoWheel)?;
    run(python.pip_install().args(["--no-deps", "--force-reinstall"]).arg(wheel))?;
    Ok(Some(python))
}

fn files(directory: &Path) -> Result<Vec<std::path::PathBuf>, Error> {
    let entries = fs::read_dir(directory).map_err(Error::file("read", directory))?;
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

fn directories(parent: &Path) -> Result<Vec<std::path::PathBuf>, Error> {
    Ok(files(parent)?.into_iter().filter(|path| path.is_dir()).collect())
}
