//! The faults, one file each: what users write, what works, and its tests.

mod bandwidth;
mod blackhole;
mod budget;
mod close_on_data;
mod coalesce;
mod corrupt;
mod custom;
mod distribution;
mod drop;
mod flow;
mod idle;
mod latency;
mod lifetime;
mod limit_bytes;
mod loss;
mod pass;
mod reset;
mod schedule;
mod scope;
mod slice;
mod slow_close;
mod stall;

pub use bandwidth::Bandwidth;
pub use blackhole::{Blackhole, Ends, OnRemoval};
pub use close_on_data::CloseOnData;
pub use coalesce::Coalesce;
pub use corrupt::{Corrupt, Corruption};
pub use custom::Custom;
pub use distribution::Distribution;
pub use drop::Drop;
pub use idle::{Idle, Of, Then};
pub use latency::Latency;
pub use lifetime::{At, Lifetime};
pub use limit_bytes::LimitBytes;
pub use loss::Loss;
pub use pass::Pass;
pub use reset::Reset;
pub use scope::Scope;
pub use slice::{Shape, Slice};
pub use slow_close::SlowClose;
pub use stall::Stall;

/// The room of a fault that takes `capacity` bytes in ahead. It takes more only when half of that
/// has left: so data comes in a few large parts, and not in as many small ones as leave.
fn room_ahead(capacity: usize, held: usize) -> usize {
    if held > capacity / 2 { 0 } else { capacity - held }
}
