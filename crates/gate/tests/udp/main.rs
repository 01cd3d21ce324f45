//! The gate for datagrams, on loopback sockets.

mod addresses;
mod control;
mod endings;
mod faults;
mod passing;
mod reroute;
mod rig;
mod switching;
mod throng;
