//! The package as users install it.

use std::path::Path;
use std::process::Command;

use super::environment::Environment;
use super::{Profile, directory, maturin};
use crate::error::Error;
use crate::run::run;
use crate::skips::Skips;

/// Makes the wheel in the directory `files`, and tries it in an environment that has nothing else.
/// Where there is no Python, or what builds the wheel cannot be installed, that is noted.
pub(crate) fn make(files: &Path, skips: &mut Skips) -> Result<(), Error> {
    let directory = directory()?;
    let found = Environment::at(&directory.join("venv"), "python/requirements.txt", skips);
    let python = found.unwrap_or_else(|error| {
        skips.add("the wheel", error);
        None
    });
    let Some(python) = python else { return Ok(()) };
    run(&mut maturin(&python, Profile::Dist, files))?;
    let user = Environment::empty(&directory.join("venv-of-wheel"))?;
    user.install(files)?;
    run(Command::new(user.interpreter()).args(["-c", "import chaosgate"]))?;
    run(user.tool("chaosgate").arg("--version"))
}

/// What is to be said of the file of this name: whether it is a wheel that other systems do not
/// take.
pub(crate) fn remark(name: &str) -> &'static str {
    if name.contains("-abi3-linux_") {
        " (no manylinux wheel: for systems like this one alone; maturin has said above why)"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_wheel_for_one_system_alone_that_is_said() {
        assert_ne!(remark("chaosgate-0.1.0-cp310-abi3-linux_x86_64.whl"), "");
        assert_eq!(remark("chaosgate-0.1.0-cp310-abi3-manylinux_2_28_x86_64.whl"), "");
        assert_eq!(remark("chaosgate-0.1.0-x86_64-unknown-linux-gnu.tar.gz"), "");
    }
}
