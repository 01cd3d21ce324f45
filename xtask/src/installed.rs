//! What has been installed from a list, so that it is not installed again until the list is
//! another.

use std::fs;
use std::path::Path;

use crate::error::Error;

/// Does `work`, which installs below `directory` what the file `wanted` lists, unless that has been
/// done for this very list. A copy of the list says what has been done.
pub(crate) fn unless_installed(
    wanted: &Path,
    directory: &Path,
    work: impl FnOnce() -> Result<(), Error>,
) -> Result<(), Error> {
    let list = fs::read(wanted).map_err(Error::file("read", wanted))?;
    let installed = directory.join("installed");
    if fs::read(&installed).is_ok_and(|before| before == list) {
        return Ok(());
    }
    fs::create_dir_all(directory).map_err(Error::file("make", directory))?;
    work()?;
    fs::write(&installed, list).map_err(Error::file("write", installed))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::run::run;

    #[test]
    fn what_is_installed_is_not_installed_again_until_something_else_is_wanted() {
        let directory = tempfile::tempdir().unwrap();
        let wanted = directory.path().join("wanted");
        let mut times = 0;
        for (list, expected) in [("one", 1), ("one", 1), ("two", 2)] {
            fs::write(&wanted, list).unwrap();
            let work = || {
                times += 1;
                Ok(())
            };
            unless_installed(&wanted, &directory.path().join("clients"), work).unwrap();
            assert_eq!(times, expected);
        }
    }

    #[test]
    fn what_could_not_be_installed_is_tried_again() {
        let directory = tempfile::tempdir().unwrap();
        let wanted = directory.path().join("wanted");
        fs::write(&wanted, "one").unwrap();
        let failing = || run(&mut Command::new("no-such-installer"));
        unless_installed(&wanted, directory.path(), failing).unwrap_err();
        let mut is_tried = false;
        let work = || {
            is_tried = true;
            Ok(())
        };
        unless_installed(&wanted, directory.path(), work).unwrap();
        assert!(is_tried);
    }
}
