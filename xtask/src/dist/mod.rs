//! Makes a release in `target/dist/release`: an archive, a Debian package, a wheel, and their
//! checksums. The Dockerfile, which builds the image by itself, is only linted: that takes no
//! container.

mod archive;
mod checksums;
mod tools;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use chaosgate_testkit::is_ci;

use crate::error::Error;
use crate::python::wheel;
use crate::run::{cargo, run};
use crate::skips::Skips;
use crate::workspace::Metadata;
use checksums::files_in;
use tools::{PACKAGE, Tools};

/// Makes each part, and stops at the first that fails. Says what there is then, and what could not
/// be made since this machine lacks something.
pub(crate) fn dist() -> Result<(), Error> {
    let target = Metadata::of_the_workspace()?.target_directory;
    let mut skips = Skips::new(&target.join("xtask"))?;
    let release = Release::below(&target);
    let made = release.make(&Tools::below(&target), &mut skips);
    let told = release.tell();
    let concluded = skips.conclude(is_ci());
    made.and(told).and(concluded)
}

/// Where things are.
struct Release {
    program: PathBuf,
    /// The program with all that belongs to it, laid out as below `/usr`.
    root: PathBuf,
    /// The files to be handed out, and no others.
    files: PathBuf,
}

impl Release {
    fn below(target: &Path) -> Self {
        let dist = target.join("dist");
        Self {
            program: dist.join("chaosgate"),
            root: dist.join("root"),
            files: dist.join("release"),
        }
    }

    fn make(&self, tools: &Tools, skips: &mut Skips) -> Result<(), Error> {
        if self.files.exists() {
            fs::remove_dir_all(&self.files).map_err(Error::file("remove", &self.files))?;
        }
        fs::create_dir_all(&self.files).map_err(Error::file("make", &self.files))?;
        run(&mut build())?;
        archive::lay_out(&self.program, &self.root)?;
        run(Command::new(&self.program).arg("manual").arg(&self.root))?;
        archive::pack(&self.root, &self.files)?;
        tools.pack_for_debian(&self.files, skips)?;
        wheel::make(&self.files, skips)?;
        checksums::write(&self.files)?;
        tools.lint_the_dockerfile(skips)
    }

    /// Says what there is, a file a line.
    fn tell(&self) -> Result<(), Error> {
        for name in files_in(&self.files)? {
            eprintln!("made: {}{}", self.files.join(&name).display(), wheel::remark(&name));
        }
        Ok(())
    }
}

/// Builds the program, which is in the directory of the profile then.
fn build() -> Command {
    cargo(["build", "--locked", "--profile", "dist", "--package", PACKAGE])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root::root;
    use crate::run::line;

    #[test]
    fn the_image_is_laid_out_like_toxiproxys_and_built_like_the_release() {
        let dockerfile = fs::read_to_string(root().join("Dockerfile")).unwrap();
        for line in
            ["EXPOSE 8474\n", "sh xtask/image.sh target/dist/chaosgate /image\n", &line(&build())]
        {
            assert!(dockerfile.contains(line), "{line} is not in the Dockerfile");
        }
    }
}
