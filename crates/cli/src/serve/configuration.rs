//! The configuration of a daemon: read, and brought about as a whole or not at all.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chaosgate_config::{Config, Document};
use chaosgate_server::toxiproxy::{Configured, Dialect};
use tokio::task::spawn_blocking;

use crate::config::Files;
use crate::error::Error;

/// Where a configuration is read, and what it is brought about at.
pub(super) struct Configuration<'a> {
    dialect: &'a Dialect,
    path: Option<&'a Path>,
    /// What was tried last, whatever came of it.
    tried: Option<Arc<Files>>,
}

impl<'a> Configuration<'a> {
    /// What this file or directory says, if there is one.
    pub(super) fn of(dialect: &'a Dialect, path: Option<&'a Path>) -> Self {
        Configuration { dialect, path, tried: None }
    }

    /// Where it is read.
    pub(super) fn path(&self) -> Option<&'a Path> {
        self.path
    }

    /// Whether this was tried last.
    pub(super) fn was_tried(&self, files: &Files) -> bool {
        self.tried.as_deref() == Some(files)
    }

    /// Reads it for the first time, and brings it about.
    pub(super) async fn begin(&mut self) -> Result<(), Error> {
        let Some(path) = self.path else { return Ok(()) };
        let files = read(path).await?;
        self.apply(path, files).await
    }

    /// Brings about what these files say.
    ///
    /// # Errors
    ///
    /// All that is wrong with them. Then all is as before.
    pub(super) async fn apply(&mut self, path: &Path, files: Files) -> Result<(), Error> {
        let files = Arc::new(files);
        self.tried = Some(files.clone());
        let documents = files.documents()?;
        match documents.as_slice() {
            [document] if document.is_list() => self.apply_list(path, document).await?,
            _ => self.apply_gates(path, &documents).await?,
        }
        let (path, sha256) = (path.display(), files.hash());
        tracing::info!(target: "chaosgate", %path, sha256, "the configuration is in force");
        Ok(())
    }

    /// Gates by name.
    async fn apply_gates(&self, path: &Path, documents: &[Document]) -> Result<(), Error> {
        let config = Config::from_documents(documents).map_err(Error::Config)?;
        self.dialect.apply(config).await.map_err(|error| failed(path, &error))
    }

    /// Toxiproxy's list of proxies.
    async fn apply_list(&self, path: &Path, document: &Document) -> Result<(), Error> {
        let Configured { complaints, remarks, proxies } =
            self.dialect.configure_as(document.to_json()).await;
        for remark in remarks {
            tracing::warn!(target: "chaosgate", "{remark}");
        }
        let mut wrong: Vec<_> =
            complaints.iter().map(|one| (one.at.as_str(), one.says.clone())).collect();
        match &proxies {
            Err(error) if error.is_wrong() => wrong.push((error.at(), error.to_string())),
            Err(_) if wrong.is_empty() => {
                return proxies.map(drop).map_err(|error| failed(path, &error));
            }
            _ => {}
        }
        if wrong.is_empty() {
            return Ok(());
        }
        Err(Error::Config(vec![document.refuse_at(wrong)]))
    }
}

/// On a thread of its own, since what is read may be a pipe that nobody writes to.
pub(super) async fn read(path: &Path) -> Result<Files, Error> {
    let path: PathBuf = path.to_owned();
    let read = spawn_blocking(move || Files::read(&path)).await;
    read.map_err(|error| Error::Runtime(error.into()))?
}

fn failed(path: &Path, source: &dyn std::error::Error) -> Error {
    Error::Configuration { path: path.to_owned(), reason: source.to_string() }
}
