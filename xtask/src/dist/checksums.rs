//! The checksums by which one sees that a file came as it was made.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::error::Error;
use crate::run::{output, run};

/// The name of the file, as everybody calls it.
const FILE: &str = "SHA256SUMS";

/// Writes those of all files in `directory` beside them, and reads them again as their users do.
pub(super) fn write(directory: &Path) -> Result<(), Error> {
    let names = files_in(directory)?;
    let sums = output(Command::new("sha256sum").args(names).current_dir(directory))?;
    let file = directory.join(FILE);
    fs::write(&file, sums).map_err(Error::file("write", file))?;
    run(&mut check(directory))
}

fn check(directory: &Path) -> Command {
    let mut check = Command::new("sha256sum");
    check.args(["--check", "--strict", FILE]).current_dir(directory);
    check
}

/// The names of the files in a directory, in order.
pub(super) fn files_in(directory: &Path) -> Result<Vec<String>, Error> {
    let entries = fs::read_dir(directory).map_err(Error::file("read", directory))?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.collect();
    names.sort();
    Ok(names)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_what_was_made_is_found() {
        let directory = tempfile::tempdir().unwrap();
        for name in ["a.tar.gz", "b.whl"] {
            fs::write(directory.path().join(name), name).unwrap();
        }
        write(directory.path()).unwrap();
        fs::write(directory.path().join("b.whl"), "another").unwrap();
        run(&mut check(directory.path())).unwrap_err();
    }
}
