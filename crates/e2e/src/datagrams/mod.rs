//! What goes in datagrams: a name server and those that ask it, with a gate for UDP between them.
//!
//! There is no connection that a client would lose or replace. All that it ever sees of a failure
//! is an answer that is late, wrong or missing; so the list of what must be seen is another one
//! than that of streams.
//!
//! | file | holds |
//! |---|---|
//! | `table` | [`conditions`]: the list of what can go wrong |
//! | `trial` | one condition in one direction, and what must hold of its connections |
//! | `resolver` | [`Resolver`], [`Question`]: what is asked, and what of one that asks |
//! | `hickory`, `dig` | one client each |
//! | `quic` | [`Quic`]: a connection that has to bring everything through |

mod dig;
mod hickory;
mod quic;
mod resolver;
mod table;
mod trial;

use std::net::SocketAddr;

pub use dig::Dig;
pub use hickory::Hickory;
pub use quic::{AnyError, Quic, QuicServer, transfer};
pub use resolver::{Question, Resolver};
pub use table::{Deed, conditions};

use crate::bench;
use crate::row::Row;

/// Tries each of these rows on the name server at `server`, in each direction that it has, and
/// prints what the client saw.
///
/// # Panics
///
/// If a condition did not show, or the client was not answered afterwards: with what is wrong and
/// the gate's timeline, for each such trial.
pub async fn each_condition<C: Resolver>(rows: Vec<Row<Deed>>, server: SocketAddr) {
    bench::try_all(server, rows, trial::run::<C>).await;
}

/// The same on a network that does not fail: nothing that does harm may show.
///
/// # Panics
///
/// If a condition showed without its cause.
pub async fn each_condition_without_its_cause<C: Resolver>(
    rows: Vec<Row<Deed>>,
    server: SocketAddr,
) {
    bench::try_without_cause(server, rows, trial::run::<C>).await;
}
