//! What cargo knows about this workspace.

use std::path::PathBuf;

use serde::Deserialize;

use crate::error::Error;
use crate::run::{self, cargo};

/// The part of `cargo metadata` that is needed here.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    /// The packages of the workspace; with dependencies, all others too.
    pub(crate) packages: Vec<Package>,
    /// Where builds go.
    pub(crate) target_directory: PathBuf,
}

/// A package of the workspace, or one it depends on.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// An SPDX expression.
    pub(crate) license: Option<String>,
}

impl Metadata {
    /// About the workspace alone.
    pub(crate) fn of_the_workspace() -> Result<Self, Error> {
        Self::load(["metadata", "--format-version=1", "--no-deps"])
    }

    /// About the workspace and all it depends on, on any platform.
    pub(crate) fn with_dependencies() -> Result<Self, Error> {
        Self::load(["metadata", "--format-version=1"])
    }

    fn load<const N: usize>(arguments: [&str; N]) -> Result<Self, Error> {
        let mut command = cargo(arguments);
        let output = run::output(&mut command)?;
        serde_json::from_slice(&output)
            .map_err(|source| Error::Output { command: run::line(&command), source })
    }
}
