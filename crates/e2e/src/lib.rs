//! Real servers and their real clients, with a gate between them.
//!
//! Whether a fault works is told by those that suffer from it: `PostgreSQL`, Redis and nginx, each used the way
//! applications use it, through the client library and the pool that they would take. Every condition that a gate can
//! bring about is shown to all three, and each is followed by the proof that the service recovers once the gate has
//! healed. `tests/` has one file for each server; what they share is here.
//!
//! | file | holds |
//! |---|---|
//! | `table` | [`conditions`]: the one list of what can go wrong and what a client must see of it |
//! | `condition` | [`Condition`]: a row of that list |
//! | `bench` | [`every_condition`]: all trials of one service, and the table of what its client saw |
//! | `trial` | one condition on one direction: shown, healed, and the service recovered |
//! | `aftermath` | what recovery is, and that nothing is left behind |
//! | `wrong` | what can be wrong with a trial |
//! | `sight` | [`Sight`]: what a client saw, in words that are the same for all libraries |
//! | `service` | [`Service`]: what is asked of a client |
//! | `postgres`, `redis`, `nginx` | one client each |
//! | `gated` | [`Gated`]: a client and the gate before its server |
//! | `payload` | the text that larger questions and answers carry |
//! | [`datagrams`] | the same for what goes over UDP: a name server and those that ask it |

#![cfg(unix)] // as the servers of the testkit are

mod aftermath;
mod bench;
mod condition;
pub mod datagrams;
mod gated;
mod nginx;
mod payload;
mod postgres;
mod redis;
mod service;
mod sight;
mod table;
mod trial;
mod wrong;

pub use bench::every_condition;
pub use condition::{Cause, Condition, Expected, Probe};
pub use gated::Gated;
pub use nginx::HttpPool;
pub use payload::payload;
pub use postgres::{PostgresPool, payload_query};
pub use redis::RedisConnection;
pub use service::Service;
pub use sight::{Failure, Sight, observe};
pub use table::conditions;
