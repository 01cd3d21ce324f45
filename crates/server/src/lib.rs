//! The daemon of chaosgate: many gates in one process, controlled over HTTP.
//!
//! | to find | look in |
//! |---|---|
//! | all gates by name, for every interface | `registry.rs`: [`Registry`] |
//! | Toxiproxy's interface | [`toxiproxy`] |
//! | the server: its sockets, its limits, its end | `server.rs`: [`Server`], `limits.rs`: [`Limits`] |
//! | what Prometheus is shown | `metrics/` |
//! | who may call | `visitors.rs` |

mod limits;
mod lock;
mod metrics;
mod registry;
mod server;
pub mod toxiproxy;
mod visitors;

pub use limits::Limits;
pub use registry::{AddError, Kept, Member, Registry};
pub use server::Server;
