//! A page, and the blocks of code on it.

use std::fs;
use std::path::{Path, PathBuf};

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}

/// A page, by its path in the repository.
pub(crate) struct Page {
    pub(crate) path: String,
    /// Each with its language.
    pub(crate) blocks: Vec<(String, String)>,
}

impl Page {
    pub(crate) fn read(path: String) -> Self {
        let text = fs::read_to_string(root().join(&path)).expect(&path);
        let blocks = text.split("\n```").skip(1).step_by(2).map(|block| {
            let (language, code) = block.split_once('\n').expect("a block has lines");
            (language.to_owned(), format!("{code}\n"))
        });
        Page { blocks: blocks.collect(), path }
    }

    /// All of them.
    pub(crate) fn all() -> Vec<Page> {
        let docs = fs::read_dir(root().join("docs")).expect("the pages");
        let docs = docs.map(|page| page.expect("a page").path());
        let docs = docs.filter(|page| page.extension().is_some_and(|extension| extension == "md"));
        let name = |page: PathBuf| page.file_name()?.to_str().map(|name| format!("docs/{name}"));
        let docs = docs.map(move |page| name(page).expect("UTF-8"));
        let others = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].map(str::to_owned);
        docs.chain(others).map(Page::read).collect()
    }

    /// Its blocks of this language.
    pub(crate) fn code(&self, language: &str) -> impl Iterator<Item = &str> {
        let blocks = self.blocks.iter().filter(move |(written_in, _)| written_in == language);
        blocks.map(|(_, code)| code.as_str())
    }
}
