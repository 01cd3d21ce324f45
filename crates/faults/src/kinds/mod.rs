//! The faults, one file each: what users write, what works, and its tests.

mod bandwidth;
mod blackhole;
mod budget;
mod burst_loss;
mod close_on_data;
mod coalesce;
mod corrupt;
mod custom;
mod distribution;
mod drop;
mod duplicate;
mod flow;
mod idle;
mod latency;
mod lent;
mod lifetime;
mod limit_bytes;
mod loss;
mod on_removal;
mod pass;
mod reorder;
mod reset;
mod schedule;
mod scope;
mod slice;
mod slow_close;
mod stall;
mod truncate;

pub use bandwidth::Bandwidth;
pub use blackhole::{Blackhole, Ends, Unsent};
pub use burst_loss::BurstLoss;
pub use close_on_data::CloseOnData;
pub use coalesce::Coalesce;
pub use corrupt::{Corrupt, Corruption};
pub use custom::Custom;
pub use distribution::Distribution;
pub use drop::Drop;
pub use duplicate::Duplicate;
pub use idle::{Idle, Of, Then};
pub use latency::Latency;
pub(crate) use lent::Away;
pub use lent::Lent;
pub use lifetime::{At, Lifetime};
pub use limit_bytes::LimitBytes;
pub use loss::Loss;
pub use on_removal::OnRemoval;
pub use pass::Pass;
pub use reorder::Reorder;
pub use reset::Reset;
pub use scope::Scope;
pub use slice::{Shape, Slice};
pub use slow_close::SlowClose;
pub use stall::Stall;
pub use truncate::{TooLarge, Truncate};

use crate::{How, Transport};

/// The room of a fault that takes `capacity` bytes in ahead. It takes more only when half of that
/// has left: so data comes in a few large parts, and not in as many small ones as leave.
fn room_ahead(capacity: usize, held: usize) -> usize {
    if held > capacity / 2 { 0 } else { capacity - held }
}

/// Refuses streams, for this reason.
fn only_for_datagrams(transport: Transport, reason: &'static str) -> Result<(), &'static str> {
    match transport {
        Transport::Stream => Err(reason),
        Transport::Datagram => Ok(()),
    }
}

/// Refuses datagrams, for this reason.
fn only_for_streams(transport: Transport, reason: &'static str) -> Result<(), &'static str> {
    match transport {
        Transport::Stream => Ok(()),
        Transport::Datagram => Err(reason),
    }
}

/// Refuses to reset where there is no such thing.
fn can_close(how: How, transport: Transport) -> Result<(), &'static str> {
    match how {
        How::Fin => Ok(()),
        How::Reset => only_for_streams(transport, NO_RESET),
    }
}

const NO_HOLE: &str = "no TCP does that to a stream: it would be a hole or a repetition";
const IN_ORDER: &str = "a stream has an order, which the kernel keeps";
const NO_RESET: &str = "UDP has no reset: a connection ends without a word";
