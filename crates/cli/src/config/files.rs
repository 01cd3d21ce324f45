//! The files of a configuration: one, or those of a directory.

use std::ffi::OsStr;
use std::fmt::Write;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use chaosgate_config::Document;
use sha2::{Digest, Sha256};

use crate::error::Error;

/// By what a file of a directory is known as one of the configuration.
const EXTENSIONS: [&str; 4] = ["toml", "yaml", "yml", "json"];

/// What was read of a configuration. Two that are equal say the same.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Files {
    /// Each with its path, in the order of their names.
    files: Vec<(PathBuf, Vec<u8>)>,
}

impl Files {
    /// Reads a file; or of a directory, those whose names end in `.toml`, `.yaml`, `.yml` or `.json` and do
    /// not begin with a dot. What a link leads to counts, and not the link.
    ///
    /// # Errors
    ///
    /// One that cannot be read, and a directory without any.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let paths = if path.is_dir() { in_directory(path)? } else { vec![path.to_owned()] };
        let files = paths.into_iter().map(|path| {
            let bytes = bytes_of(&path).map_err(|source| unreadable(&path, source))?;
            Ok((path, bytes))
        });
        Ok(Files { files: files.collect::<Result<_, Error>>()? })
    }

    /// What they are.
    ///
    /// # Errors
    ///
    /// The first mistake of the syntax of each.
    pub(crate) fn documents(&self) -> Result<Vec<Document>, Error> {
        let (mut documents, mut errors) = (Vec::new(), Vec::new());
        for (path, bytes) in &self.files {
            match Document::parse(&path.to_string_lossy(), &text_of(path, bytes)?) {
                Ok(document) => documents.push(document),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(documents) } else { Err(Error::Config(errors)) }
    }

    /// The SHA-256 of all of them, one behind the other: what `sha256sum` says of a file, and of several if
    /// `cat` gives it them.
    pub(crate) fn hash(&self) -> String {
        let mut hash = Sha256::new();
        for (_, bytes) in &self.files {
            hash.update(bytes);
        }
        hash.finalize().iter().fold(String::new(), |mut hash, byte| {
            // A text takes everything.
            let _ = write!(hash, "{byte:02x}");
            hash
        })
    }
}

fn in_directory(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let is_meant = |file: &PathBuf| {
        let is_hidden = file.file_name().is_some_and(|name| name.as_encoded_bytes()[0] == b'.');
        let extension = file.extension().and_then(OsStr::to_str);
        !is_hidden && extension.is_some_and(|own| EXTENSIONS.contains(&own)) && !file.is_dir()
    };
    let list = || -> io::Result<Vec<PathBuf>> {
        std::fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect()
    };
    let mut files = list().map_err(|source| unreadable(path, source))?;
    files.retain(is_meant);
    files.sort();
    // A pipe that nobody writes to would hold up this reading and all later ones.
    let is_other = |file: &&PathBuf| file.metadata().is_ok_and(|there| !there.is_file());
    if let Some(other) = files.iter().find(is_other) {
        let says = "in a directory it has to be a regular file";
        return Err(unreadable(other, io::Error::new(io::ErrorKind::InvalidInput, says)));
    }
    if files.is_empty() {
        return Err(Error::NoFiles { path: path.to_owned() });
    }
    Ok(files)
}

/// No more of it than tells that it is too long: a file may have no end.
fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(Document::MOST_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn text_of(path: &Path, bytes: &[u8]) -> Result<String, Error> {
    match str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        // That is what is told then, wherever it was cut.
        Err(_) if bytes.len() > Document::MOST_BYTES => {
            Ok(String::from_utf8_lossy(bytes).into_owned())
        }
        Err(error) => Err(unreadable(path, io::Error::new(io::ErrorKind::InvalidData, error))),
    }
}

fn unreadable(path: &Path, source: io::Error) -> Error {
    Error::Unreadable { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn of_a_directory_those_are_read_that_are_no_dot_files_and_have_a_known_extension() {
        let directory = tempfile::tempdir().expect("a directory");
        for name in ["b.toml", "a.yaml", "c.txt", ".d.toml", "e.json"] {
            fs::write(directory.path().join(name), name).expect("a file");
        }
        fs::create_dir(directory.path().join("f.toml")).expect("a directory");
        let read = Files::read(directory.path()).expect("files");
        let names: Vec<_> = read.files.iter().map(|(path, _)| path.file_name()).collect();
        assert_eq!(names, ["a.yaml", "b.toml", "e.json"].map(|name| Some(OsStr::new(name))));
    }

    #[test]
    fn a_directory_without_any_is_an_error_that_tells_what_it_has_to_have() {
        let directory = tempfile::tempdir().expect("a directory");
        let error = Files::read(directory.path()).expect_err("nothing").to_string();
        assert!(
            error.ends_with("has no file whose name ends in .toml, .yaml, .yml or .json"),
            "{error}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_regular_file_is_an_error_before_it_is_read() {
        let directory = tempfile::tempdir().expect("a directory");
        std::os::unix::fs::symlink("/dev/null", directory.path().join("a.toml")).expect("a link");
        let error = Files::read(directory.path()).expect_err("no file").to_string();
        assert!(
            error.ends_with("a.toml cannot be read: in a directory it has to be a regular file"),
            "{error}"
        );
    }

    #[test]
    fn the_hash_is_that_of_sha256sum() {
        let files =
            Files { files: vec![("a".into(), b"a".to_vec()), ("b".into(), b"bc".to_vec())] };
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(files.hash(), known, "of \"abc\", in FIPS 180-2, B.1");
    }
}
