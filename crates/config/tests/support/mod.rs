//! What the tests have in common.

// Each test file uses its own part of this.
#![allow(dead_code, reason = "compiled once for each test file")]

pub(crate) mod strategies;

use chaosgate_config::{Config, ConfigError, Document};

/// What a text of this name says.
pub(crate) fn read(name: &str, text: &str) -> Result<Config, ConfigError> {
    Document::parse(name, text).and_then(|document| Config::from_document(&document))
}

/// What is wrong with a text of this name.
#[track_caller]
pub(crate) fn refused(name: &str, text: &str) -> ConfigError {
    read(name, text).expect_err(text)
}
