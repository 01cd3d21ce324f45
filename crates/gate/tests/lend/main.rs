//! Directions that are lent to somebody outside.
#![cfg(unix)]

mod borrower;
mod datagrams;
mod ending;
mod handing;
mod load;
mod over;
mod passing;
#[path = "../support/mod.rs"]
mod support;
mod switching;
#[path = "../udp/rig.rs"]
mod udp_rig;
mod words;
