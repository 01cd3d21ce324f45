//! The gate for datagrams, on loopback sockets.

mod control;
mod faults;
mod passing;
mod rig;
mod switching;
mod throng;
