//! Load for proxies: a client and its server on both sides of one, and what comes through.
//!
//! ```sh
//! chaosgate-load --server 127.0.0.1:7001 --through 127.0.0.1:7002 --process 4711 bulk --streams 8
//! ```
//!
//! The server listens at `--server`, where the proxy's upstream is; the client connects to `--through`,
//! where the proxy listens. Without a proxy both are one address. `cargo xtask bench` starts the
//! proxies, and compares what this prints of each.
//!
//! | file | holds |
//! |---|---|
//! | `bulk` | streams that send as fast as they may |
//! | `round_trips` | connections that send a little, and wait for its echo |
//! | `connections` | clients that connect, exchange a byte, and leave |
//! | `idle` | connections that stay and say nothing |
//! | `datagrams` | datagrams and their echoes, a window of them under way |
//! | `setting` | what is the same for all of them: where, how long, whose processor time |
//! | `process` | the proxy as the kernel sees it: processor time, memory, pipes |
//! | `sockets` | connections of a client and a server, and how they are ended |
//! | `outcome` | what each of them gives |
//!
//! Client and server are threads of one process that block, so that one clock and one counter serve
//! both, and nothing of this program runs in the time between the bytes.

mod bulk;
mod connections;
mod datagrams;
mod idle;
mod outcome;
mod process;
mod round_trips;
mod setting;
mod sockets;

pub use bulk::{Receiver, bulk};
pub use connections::connections;
pub use datagrams::datagrams;
pub use idle::idle;
pub use outcome::{Outcome, Path};
pub use process::Process;
pub use round_trips::round_trips;
pub use setting::Setting;
