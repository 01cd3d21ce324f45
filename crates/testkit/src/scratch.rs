//! A directory that goes: when its owner does, or else at the next start.

use std::env;
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Once;

use tempfile::TempDir;

use crate::{Account, Error};

const PREFIX: &str = "chaosgate-testkit-";

/// A directory of a server, removed on drop.
///
/// Its owner holds a lock on it, which the kernel drops however the owner ends. A directory without
/// a lock is therefore one of a process that was killed, and the first directory made in a process
/// removes all of these.
#[derive(Debug)]
pub(crate) struct Scratch {
    directory: TempDir,
    _lock: File,
}

impl Scratch {
    /// Makes an empty directory.
    pub(crate) fn new() -> Result<Self, Error> {
        static SWEPT: Once = Once::new();
        let parent = env::temp_dir();
        SWEPT.call_once(|| sweep(&parent));
        Self::within(&parent)
            .map_err(Error::io(format!("make a directory in {}", parent.display())))
    }

    /// The directory.
    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Makes `account` its owner, if there is one.
    pub(crate) fn give(&self, account: Option<Account>) -> Result<(), Error> {
        let Some(account) = account else {
            return Ok(());
        };
        account
            .own(self.path())
            .map_err(Error::io(format!("change the owner of {}", self.path().display())))
    }

    fn within(parent: &Path) -> io::Result<Self> {
        // Somebody else's sweep may come between making a directory and locking it; then another
        // one is made.
        loop {
            let directory = TempDir::with_prefix_in(PREFIX, parent)?;
            if let Some(lock) = lock(directory.path()) {
                return Ok(Self { directory, _lock: lock });
            }
        }
    }
}

/// The lock on a directory that is nobody's and still there.
fn lock(path: &Path) -> Option<File> {
    let directory = File::open(path).ok()?;
    directory.try_lock().ok()?;
    let (locked, there) = (directory.metadata().ok()?, path.metadata().ok()?);
    (locked.ino() == there.ino()).then_some(directory)
}

/// Removes what killed processes left in `parent`. What cannot be removed now is left to the next
/// sweep.
fn sweep(parent: &Path) {
    for entry in parent.read_dir().into_iter().flatten().flatten() {
        let ours = entry.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes());
        let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if ours
            && is_directory
            && let Some(_lock) = lock(&entry.path())
        {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_directory_goes_with_its_owner() {
        let parent = tempfile::tempdir().unwrap();
        let scratch = Scratch::within(parent.path()).unwrap();
        let path = scratch.path().to_owned();
        fs::write(path.join("file"), "content").unwrap();
        drop(scratch);
        assert!(!path.exists());
    }

    #[test]
    fn a_sweep_removes_what_nobody_owns_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let owned = Scratch::within(parent.path()).unwrap();
        let left = parent.path().join(format!("{PREFIX}left"));
        let foreign = parent.path().join("foreign");
        fs::create_dir_all(left.join("data")).unwrap();
        fs::create_dir(&foreign).unwrap();

        sweep(parent.path());

        assert!(!left.exists());
        assert!(owned.path().exists());
        assert!(foreign.exists());
    }
}
