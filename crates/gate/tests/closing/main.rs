//! How connections end, whatever closes them and however late that is looked at.

#[path = "../support/mod.rs"]
mod support;
mod unseen;
