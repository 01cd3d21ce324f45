//! What was not tested, and why.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// The list of what was skipped: a file with a line `name: reason` for each, to which tests add
/// their own.
#[derive(Debug)]
pub(crate) struct Skips {
    file: PathBuf,
    /// What was skipped before any test ran.
    lines: Vec<String>,
}

impl Skips {
    /// An empty list, to be kept in `directory`.
    pub(crate) fn new(directory: &Path) -> Result<Self, Error> {
        fs::create_dir_all(directory).map_err(Error::file("make", directory))?;
        let file = directory.join("skips.txt");
        match fs::remove_file(&file) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(Error::file("remove", file)(error))
            }
            _ => Ok(Self { file, lines: Vec::new() }),
        }
    }

    /// The file that tests add to.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Adds to the list that `name` was skipped.
    pub(crate) fn add(&mut self, name: &str, reason: impl std::fmt::Display) {
        self.lines.push(format!("{name}: {reason}"));
    }

    /// Prints the list. It has to be empty if nothing may be skipped.
    pub(crate) fn conclude(self, all_must_run: bool) -> Result<(), Error> {
        let noted = match fs::read_to_string(&self.file) {
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            read => read.map_err(Error::file("read", &self.file))?,
        };
        let lines: Vec<_> = self.lines.iter().map(String::as_str).chain(noted.lines()).collect();
        for line in &lines {
            eprintln!("skipped: {line}");
        }
        if lines.is_empty() || !all_must_run {
            Ok(())
        } else {
            Err(Error::Skipped { count: lines.len() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_skipped_is_fine_everywhere() {
        let directory = tempfile::tempdir().unwrap();
        Skips::new(directory.path()).unwrap().conclude(true).unwrap();
    }

    #[test]
    fn what_is_skipped_fails_only_where_all_must_run() {
        let directory = tempfile::tempdir().unwrap();
        for all_must_run in [false, true] {
            let mut skips = Skips::new(directory.path()).unwrap();
            skips.add("nginx", "not root");
            fs::write(skips.file(), "a test: no nginx\n").unwrap();
            let error = skips.conclude(all_must_run).err().map(|error| error.to_string());
            assert_eq!(
                error.as_deref(),
                all_must_run.then_some("2 skipped, and with CI=true nothing may be")
            );
        }
    }

    #[test]
    fn the_list_of_an_earlier_run_is_forgotten() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("skips.txt"), "a test: no nginx\n").unwrap();
        Skips::new(directory.path()).unwrap().conclude(true).unwrap();
    }
}
