//! Real servers and their real clients, with a gate between them.
//!
//! Whether a fault works is told by those that suffer from it: `PostgreSQL`, Redis and nginx, each
//! used the way applications use it, through the client library and the pool that they would take.
//! Every condition that a gate can bring about is shown to all three, and each is followed by the
//! proof that the service recovers once the gate has healed. `tests/` has one file for each server;
//! what they share is here. The trials themselves are those of the crate [`chaosgate_trial`].
//!
//! | file | holds |
//! |---|---|
//! | `table` | [`conditions`]: the one list of what can go wrong and what a client must see of it |
//! | `row`, `expected` | [`Row`], [`Expected`]: a row of that list |
//! | `bench` | all trials of one client, and the table of what it saw |
//! | `trial` | one condition in one direction, and what must hold of its connections |
//! | `closings` | how the connections of a gate have ended |
//! | `verdict` | what is made of a trial, and what can be wrong with one |
//! | `service` | [`Service`]: what is asked of a client |
//! | `postgres`, `redis`, `nginx` | one client each |
//! | `gated` | [`Gated`]: a client and the gate before its server |
//! | `payload` | the text that larger questions and answers carry |
//! | [`datagrams`] | the same for what goes over UDP: a name server and those that ask it |

#![cfg(unix)] // as the servers of the testkit are

mod bench;
mod closings;
pub mod datagrams;
mod expected;
mod gated;
mod nginx;
mod payload;
mod postgres;
mod redis;
mod row;
mod service;
mod table;
mod trial;
mod verdict;

use std::net::SocketAddr;

pub use expected::Expected;
pub use gated::{Client, Gated};
pub use nginx::HttpPool;
pub use payload::payload;
pub use postgres::{PostgresPool, payload_query};
pub use redis::RedisConnection;
pub use row::Row;
pub use service::Service;
pub use table::{Deed, conditions};

/// Tries every condition on the server at `server`, in each direction that it has, and prints what
/// the client saw.
///
/// # Panics
///
/// If a condition did not show, or the client did not recover, or the gate was left with anything:
/// with what is wrong and the gate's timeline, for each such trial.
pub async fn every_condition<S: Service>(server: SocketAddr) {
    bench::try_all(server, conditions(), trial::run::<S>).await;
}

/// The same on a network that does not fail: nothing that does harm may show.
///
/// # Panics
///
/// If a condition showed without its cause.
pub async fn every_condition_without_its_cause<S: Service>(server: SocketAddr) {
    bench::try_without_cause(server, conditions(), trial::run::<S>).await;
}
