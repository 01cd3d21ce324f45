//! A client of the native HTTP interface of chaosgate: gates of another process, from blocking code.
//!
//! A method is one call of [the table of routes](chaosgate_api::Route::all), and what it takes and gives are the
//! types that the server has as well.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use chaosgate::{Direction, Latency};
//! use chaosgate_client::Client;
//! use chaosgate_config::GateConfig;
//!
//! let client = Client::new("localhost:8474")?;
//! let gate = client.create_gate("redis", &GateConfig::new("localhost:6379"))?;
//! println!("redis is reached at {:?}", gate.addresses);
//!
//! let slow = client.add_fault("redis", Direction::ToClient, Latency::new(Duration::from_millis(100)))?;
//! let name = slow.name().unwrap_or_default();
//! let hits = client.hits("redis", Direction::ToClient, name, 1, Duration::from_secs(30))?;
//! assert!(hits > 0, "nothing was slow");
//! client.heal_gate("redis")?;
//! # Ok::<(), chaosgate_client::Error>(())
//! ```
//!
//! | to find | look in |
//! |---|---|
//! | the client, and how it calls | `client.rs`: [`Client`] |
//! | its calls: gates, the faults of a direction | `gates.rs`, `faults.rs` |
//! | those that wait: connections, events, hits | `waits.rs` |
//! | where a daemon is | `place.rs`; one at a path: `unix.rs` |
//! | why a call has failed | `error.rs`: [`Error`] |

mod client;
mod error;
mod faults;
mod gates;
mod place;
#[cfg(unix)]
mod unix;
mod waits;

pub use client::Client;
pub use error::Error;
pub use gates::Tag;
