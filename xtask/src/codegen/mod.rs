//! Documents that are made from the code, so that they cannot say anything else.
//!
//! | file | holds |
//! |---|---|
//! | `page` | `docs/faults.md` |
//! | `python_faults`, `python_fields` | the classes of the Python package |
//! | `rust_faults` | faults in Rust, and the test that those of the page are what they say |
//! | `example` | what an example of the catalogue gives |

mod example;
mod page;
mod python_faults;
mod python_fields;
mod rust_faults;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::root::root;

/// A document, and what makes it.
struct Document {
    path: &'static str,
    content: fn() -> String,
}

const DOCUMENTS: &[Document] = &[
    Document { path: "docs/faults.md", content: page::document },
    Document { path: "crates/gate/tests/faults_page.rs", content: rust_faults::test },
    Document { path: "python/chaosgate/faults.py", content: python_faults::module },
    Document { path: "python/chaosgate/_entry.py", content: python_faults::entry_module },
];

/// Writes all documents.
pub(crate) fn write() -> Result<(), Error> {
    for document in DOCUMENTS {
        let path = document.file();
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory).map_err(Error::file("make", directory))?;
        }
        fs::write(&path, (document.content)()).map_err(Error::file("write", path))?;
    }
    Ok(())
}

/// Fails if a document is not what the code says now, and writes nothing.
pub(crate) fn check() -> Result<(), Error> {
    let mut paths = Vec::new();
    for document in DOCUMENTS {
        if !is_current(&document.file(), (document.content)().as_bytes())? {
            paths.push(document.path);
        }
    }
    if paths.is_empty() { Ok(()) } else { Err(Error::Outdated { paths }) }
}

/// Whether the file at `path` is there and has this content.
fn is_current(path: &Path, content: &[u8]) -> Result<bool, Error> {
    match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        read => read.map(|written| written == content).map_err(Error::file("read", path)),
    }
}

impl Document {
    fn file(&self) -> PathBuf {
        root().join(self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_current_if_it_is_there_and_equal() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("faults.md");
        assert!(!is_current(&path, b"new").unwrap());
        fs::write(&path, "old").unwrap();
        assert!(!is_current(&path, b"new").unwrap());
        fs::write(&path, "new").unwrap();
        assert!(is_current(&path, b"new").unwrap());
    }

    #[test]
    fn a_document_that_cannot_be_read_is_an_error_that_names_it() {
        let directory = tempfile::tempdir().unwrap();
        let error = is_current(directory.path(), b"new").unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("cannot read {}: ", directory.path().display())),
            "{error}"
        );
    }
}
