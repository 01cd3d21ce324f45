//! An environment with all that the package's tests and checks need.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::Error;
use crate::installed::unless_installed;
use crate::root::root;
use crate::run::run;
use crate::setup;
use crate::skips::Skips;

/// What has to be there, since nothing else makes an environment.
const NEEDED: &str = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";

/// A virtual environment, as Python calls it.
#[derive(Debug)]
pub(super) struct Environment {
    programs: PathBuf,
}

impl Environment {
    /// The one in this directory, with what this file of the workspace requires, which is made if
    /// it is not there; `None`, with a note, where there is no Python.
    pub(super) fn at(
        directory: &Path,
        requirements: &str,
        skips: &mut Skips,
    ) -> Result<Option<Self>, Error> {
        // Debian's Python comes without what makes environments.
        if try_python().is_err()
            && let Err(error) = setup::package("python3-venv").and_then(|()| try_python())
        {
            skips.add("python", error);
            return Ok(None);
        }
        let there = Environment { programs: directory.join("bin") };
        let is_there = there.interpreter().exists();
        let environment = if is_there { there } else { Environment::empty(directory)? };
        let list = root().join(requirements);
        unless_installed(&list, directory, || {
            run(environment.pip_install().arg("--requirement").arg(&list))
        })?;
        Ok(Some(environment))
    }

    /// One in this directory that has nothing yet, whatever was there.
    pub(super) fn empty(directory: &Path) -> Result<Self, Error> {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(directory))?;
        Ok(Environment { programs: directory.join("bin") })
    }

    /// A program of the environment, at the root of the workspace.
    pub(super) fn tool(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.current_dir(root());
        command
    }

    pub(super) fn interpreter(&self) -> PathBuf {
        self.programs.join("python")
    }

    /// Installs the package that is in this directory, and nothing of its name from elsewhere.
    pub(super) fn install(&self, wheels: &Path) -> Result<(), Error> {
        let mut pip = self.pip_install();
        run(pip
            .args(["--force-reinstall", "--no-index", "--find-links"])
            .arg(wheels)
            .arg("chaosgate"))
    }

    fn pip_install(&self) -> Command {
        let mut pip = self.tool("pip");
        pip.args(["install", "--quiet", "--disable-pip-version-check"]);
        pip
    }
}

/// Whether there is a Python that can make environments.
fn try_python() -> Result<(), Error> {
    run(Command::new("python3").args(["-c", NEEDED]).stderr(Stdio::null()))
}
