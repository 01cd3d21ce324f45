//! What goes in datagrams: a name server and those that ask it, with a gate for UDP between them.
//!
//! There is no connection that a client would lose or replace. All that it ever sees of a failure is an answer that is
//! late, wrong or missing; so the list of what must be seen is another one than that of streams.
//!
//! | file | holds |
//! |---|---|
//! | `table` | [`conditions`]: the list of what can go wrong |
//! | `condition` | [`Condition`]: a row of that list |
//! | `bench` | [`each_condition`]: the trials of one client |
//! | `trial` | one condition on one direction: shown, healed, and the client answered again |
//! | `gated` | a client and the gate before its name server |
//! | `client` | [`Client`], [`Question`]: what is asked, and what of a client |
//! | `hickory`, `dig` | one client each |
//! | `quic` | [`Quic`]: a connection that has to bring everything through |

mod bench;
mod client;
mod condition;
mod dig;
mod gated;
mod hickory;
mod quic;
mod table;
mod trial;

pub use bench::each_condition;
pub use client::{Client, Question};
pub use condition::{Condition, Expected, Probe};
pub use dig::Dig;
pub use hickory::Hickory;
pub use quic::{AnyError, Quic, QuicServer, transfer};
pub use table::conditions;
