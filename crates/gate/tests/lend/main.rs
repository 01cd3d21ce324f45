//! Directions that are lent to somebody outside.
#![cfg(unix)]

mod borrower;
mod ending;
mod handing;
mod load;
mod passing;
#[path = "../support/mod.rs"]
mod support;
mod switching;
mod words;
