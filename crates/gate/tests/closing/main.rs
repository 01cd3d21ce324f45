//! How connections end, whatever closes them and however late that is looked at.

mod broken;
mod chains;
mod late;
#[path = "../support/mod.rs"]
mod support;
mod unseen;
