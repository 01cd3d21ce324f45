//! How connections end, whatever closes them and however late that is looked at.

mod broken;
mod chains;
mod chance;
mod counted;
mod dialling;
mod late;
mod peer;
mod plan;
#[path = "../support/mod.rs"]
mod support;
mod unseen;
