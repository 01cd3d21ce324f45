//! The daemon of chaosgate: many gates in one process, controlled over HTTP.
//!
//! ```no_run
//! use std::sync::Arc;
//! use chaosgate_server::toxiproxy::{Dialect, Measured};
//! use chaosgate_server::{Limits, Registry, Server};
//!
//! # #[tokio::main]
//! # async fn main() -> std::io::Result<()> {
//! let limits = Limits::default();
//! let server = Server::bind("localhost:8474", limits.clone()).await?;
//! let gates = Arc::new(Registry::new(7));
//! let dialect = Dialect::new(gates, limits, Measured::ALL);
//! server.run(dialect.router(), std::future::pending()).await;
//! # Ok(())
//! # }
//! ```
//!
//! | to find | look in |
//! |---|---|
//! | all gates by name, for every interface | `registry/`: [`Registry`] |
//! | what the log is told of them | `log.rs` |
//! | the native interface | [`native`] |
//! | Toxiproxy's interface | [`toxiproxy`] |
//! | the server: its sockets, its end, its limits | `server.rs`: [`Server`], `limits.rs`: [`Limits`] |
//! | where it listens | `doors.rs`; at a path: `door_of_path.rs`; who comes in there: `client.rs` |
//! | how clients are let in and served | `reception.rs`; all that are: `connections.rs` |
//! | what Prometheus is shown | `metrics/` |
//! | who may call | `callers.rs`, `token.rs`: [`Token`]; what else holds for every call: `every_call.rs`, `body.rs` |

mod body;
mod callers;
mod client;
mod connections;
#[cfg(unix)]
mod door_of_path;
mod doors;
mod every_call;
mod limits;
mod log;
mod metrics;
pub mod native;
mod reception;
mod registry;
mod server;
mod token;
pub mod toxiproxy;

pub use limits::Limits;
pub use registry::{AddError, ApplyError, Beside, Closing, Kept, Member, PastHits, Plan, Registry};
pub use server::Server;
pub use token::Token;
