//! Where a server's program is, if it is installed.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Error;

/// A program that a server needs, and the directories it may be in besides those of `PATH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binary {
    /// The file's name.
    pub name: &'static str,
    /// Directories to look in after `PATH`. One component may be `*`, for a version: the newest one
    /// wins.
    pub elsewhere: &'static [&'static str],
}

impl Binary {
    /// The database server.
    pub const POSTGRES: Self = Self { name: "postgres", elsewhere: &["/usr/lib/postgresql/*/bin"] };
    /// The key-value server.
    pub const REDIS: Self = Self { name: "redis-server", elsewhere: SYSTEM };
    /// The HTTP server.
    pub const NGINX: Self = Self { name: "nginx", elsewhere: SYSTEM };
    /// The name server.
    pub const DNSMASQ: Self = Self { name: "dnsmasq", elsewhere: SYSTEM };
    /// Asks a name server.
    pub const DIG: Self = Self { name: "dig", elsewhere: SYSTEM };
    /// Starts a program that the kernel ends together with its parent.
    pub const SETPRIV: Self = Self { name: "setpriv", elsewhere: SYSTEM };

    /// The path of this program.
    ///
    /// # Errors
    /// [`Error::Missing`] if it is in none of the directories.
    pub fn find(&self) -> Result<PathBuf, Error> {
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path)
            .chain(self.elsewhere.iter().flat_map(|pattern| directories(pattern)))
            .map(|directory| directory.join(self.name))
            .find(|file| is_executable(file))
            .ok_or(Error::Missing { binary: self.name })
    }
}

/// A plain user's `PATH` often lacks these.
const SYSTEM: &[&str] = &["/usr/local/sbin", "/usr/sbin", "/usr/local/bin", "/usr/bin"];

/// The directories that `pattern` stands for, the one with the highest version first.
fn directories(pattern: &str) -> Vec<PathBuf> {
    let Some((parent, rest)) = pattern.split_once("/*/") else {
        return vec![PathBuf::from(pattern)];
    };
    let mut found: Vec<_> =
        fs::read_dir(parent).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    found.sort_by_key(|path| std::cmp::Reverse(version(path)));
    found.into_iter().map(|path| path.join(rest)).collect()
}

/// The version that a directory is named after, so that `15` comes after `9.6`.
fn version(path: &Path) -> Vec<u32> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.split('.').map_while(|part| part.parse().ok()).collect()
}

#[cfg(unix)]
fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(file: &Path) -> bool {
    file.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named() {
        let binary = Binary { name: "no-such-server", elsewhere: &["/nowhere/*/bin"] };
        let error = binary.find().unwrap_err();
        assert!(error.is_missing());
        assert_eq!(error.to_string(), "no-such-server is not installed");
    }

    #[cfg(unix)]
    #[test]
    fn the_newest_of_several_versions_comes_first() {
        let parent = tempfile::tempdir().unwrap();
        for version in ["9.6", "15", "13"] {
            fs::create_dir(parent.path().join(version)).unwrap();
        }
        let pattern = format!("{}/*/bin", parent.path().display());
        let expected: Vec<_> =
            ["15", "13", "9.6"].map(|version| parent.path().join(version).join("bin")).into();
        assert_eq!(directories(&pattern), expected);
    }

    #[test]
    fn a_directory_is_no_program() {
        assert!(!is_executable(Path::new("/")));
    }
}
