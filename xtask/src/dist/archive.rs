//! The program with all that belongs to it, in an archive to be unpacked below `/usr/local` or a
//! home directory.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::error::Error;
use crate::root;
use crate::run::{output, run};

/// What there is to read, for `share/doc/chaosgate`.
const DOCUMENTS: [&str; 5] = ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE", "docs"];

/// Puts the program and the documents below `root`, and nothing else.
pub(super) fn lay_out(program: &Path, root: &Path) -> Result<(), Error> {
    let (programs, documents) = (root.join("bin"), root.join("share/doc/chaosgate"));
    if root.exists() {
        fs::remove_dir_all(root).map_err(Error::file("remove", root))?;
    }
    for directory in [&programs, &documents] {
        fs::create_dir_all(directory).map_err(Error::file("make", directory))?;
    }
    run(Command::new("cp").arg(program).arg(programs.join("chaosgate")))?;
    let mut copy = Command::new("cp");
    run(copy.arg("-R").args(DOCUMENTS).arg(&documents).current_dir(root::root()))
}

/// Makes an archive in `files` of what is below `root`, all of it in one directory that is named
/// like the archive.
pub(super) fn pack(root: &Path, files: &Path) -> Result<(), Error> {
    let host = output(Command::new("rustc").args(["--print", "host-tuple"]))?;
    let host = String::from_utf8_lossy(host.trim_ascii()).into_owned();
    let name = format!("chaosgate-{}-{host}", env!("CARGO_PKG_VERSION"));
    let mut tar = Command::new("tar");
    // The same whoever makes it.
    tar.args(["--create", "--gzip", "--sort=name", "--owner=0", "--group=0", "--numeric-owner"]);
    tar.arg(format!("--transform=s,^\\.,{name},"));
    tar.arg("--file").arg(files.join(format!("{name}.tar.gz")));
    run(tar.arg("--directory").arg(root).arg("."))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::dist::files_in;

    #[test]
    fn an_archive_is_one_directory_with_what_is_there_and_nothing_of_before() {
        let directory = tempfile::tempdir().unwrap();
        let (root, files) = (directory.path().join("root"), directory.path().join("files"));
        let program = directory.path().join("program");
        fs::create_dir_all(root.join("of-before")).unwrap();
        fs::create_dir(&files).unwrap();
        fs::write(&program, "what is run").unwrap();
        lay_out(&program, &root).unwrap();
        pack(&root, &files).unwrap();

        let name = files_in(&files).unwrap().remove(0);
        let directory = name.strip_suffix(".tar.gz").unwrap();
        let mut list = Command::new("tar");
        let list = output(list.arg("--list").arg("--file").arg(files.join(&name))).unwrap();
        let list = String::from_utf8(list).unwrap();
        assert!(list.lines().all(|path| path.starts_with(&format!("{directory}/"))), "{list}");
        for path in ["bin/chaosgate", "share/doc/chaosgate/docs/faults.md"] {
            assert!(list.contains(&format!("\n{directory}/{path}\n")), "{path}: {list}");
        }
        assert!(!list.contains("of-before"), "{list}");
    }
}
