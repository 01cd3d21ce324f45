//! What is known of each peer: its program, its command line, what it can do.

use std::path::{Path, PathBuf};
use std::process::Command;

use chaosgate_testkit::Binary;

use super::site::Site;
use crate::error::Error;

/// A proxy.
pub(crate) trait Peer {
    /// Its name in results.
    fn name(&self) -> &'static str;

    /// The packages of Debian that it is in.
    fn packages(&self) -> &'static [&'static str] {
        &[]
    }

    /// Its program; if it is missing, the reason and what to do about it.
    fn find(&self) -> Result<PathBuf, String>;

    /// The option by which its program tells its version.
    fn version(&self) -> &'static str {
        "--version"
    }

    /// What runs it in the foreground; nothing if it cannot do what the site asks for.
    fn command(&self, program: &Path, site: &Site) -> Result<Option<Command>, Error>;

    /// Whether it listens at the site's `control` first, to be told what it shall do.
    fn is_told(&self) -> bool {
        false
    }

    /// Tells it so.
    fn tell(&self, _site: &Site) -> std::io::Result<()> {
        Ok(())
    }
}

/// A program by its name, or how to install it.
pub(super) fn installed(binary: Binary, how: &str) -> Result<PathBuf, String> {
    binary.find().map_err(|_| format!("{} is not installed: {how}", binary.name))
}
