//! A network that fails on command.
//!
//! A [`TcpGate`] or a [`UdpGate`] stands between a client and a server and passes the traffic. A test
//! tells it, while it runs and for each direction on its own, how the network shall fail; then it
//! heals, and the test proves that the service recovers.
//!
//! ```
//! use std::time::Duration;
//! use chaosgate::{Accepting, CloseOnData, How, Latency, Route, Stall, TcpGate};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let gate = TcpGate::start_on(Route::to("localhost:5432"))?;
//!
//! gate.to_client().set([Latency::new(Duration::from_millis(100))])?;
//! gate.to_server().add(Stall {})?;
//! gate.set_accepting(Accepting::Refuse)?;
//! gate.close_connections(How::Reset);
//!
//! gate.heal()?;
//! # Ok(())
//! # }
//! ```
//!
//! A fault is made of a `Duration` or a number of bytes as it is; of a ratio, a rate, or the size of a piece
//! it is made with a `?`, by a number or by a text as on the command line:
//!
//! ```
//! use chaosgate::{Bandwidth, BurstLoss, Duplicate, LimitBytes, Loss, Reorder, Slice, units::UnitError};
//!
//! # fn main() -> Result<(), UnitError> {
//! assert_eq!(Loss::new(0.3)?, Loss::new("30%")?);
//! assert_eq!(Bandwidth::new(1_000_000)?, Bandwidth::new("8Mbit/s")?); // bytes per second
//! assert_eq!(Slice::new(1024)?, Slice::new("1KiB")?);
//! assert_eq!(BurstLoss::new(0.1, 0.5)?, BurstLoss::new("10%", "50%")?);
//! let (twice, later, limited) = (Duplicate::new(0.1)?, Reorder::new(0.1)?, LimitBytes::new(1000));
//!
//! let refused = Loss::new(30).unwrap_err().to_string();
//! assert_eq!(refused, r#"30 is no ratio: it must be between 0 and 1, such as "5%""#);
//! # Ok(())
//! # }
//! ```
//!
//! | to find | look in |
//! |---|---|
//! | the gate | `gate/`: [`TcpGate`], [`UdpGate`], one of either: [`AnyGate`] |
//! | where it stands | `route.rs`: [`Route`]; a URL in place of an address: `url.rs` |
//! | what its parts share | `shared.rs` |
//! | its addresses and its sockets | `bind.rs`, `listening.rs`, `sockets.rs` |
//! | what becomes of a client | `tcp/`, `udp/` |
//! | the faults of a direction, guards, waiting for hits | `faults.rs`: [`Faults`] |
//! | the lists of both directions, and how they change | `fault_lists.rs`; one that is in force: `in_force.rs` |
//! | lending a direction's sockets to somebody outside | `lend/`: [`lend()`], [`Loan`] |
//! | seeds that nobody has given | `seed.rs` |
//! | how new clients are taken | `accepting.rs`: [`Accepting`]; if that fails: `failing.rs` |
//! | how the server is reached | `dial.rs` |
//! | how many descriptors there are, and who may have the last | [`descriptors`] |
//! | what has happened | `event.rs`: [`Event`]; who has ended a connection: `closed_by.rs`; all of a gate: `events.rs`, with the log; a flood of lines: `throttle.rs` |
//! | how times are written in an object | `written.rs` |
//! | what can go wrong | `error.rs` |
//! | what is counted, and shown of it | `traffic.rs`: [`ConnectionInfo`], [`Totals`] |
//! | who is at a gate, and how everybody else reaches it | `registry.rs`, `client.rs`, `presence.rs` |
//! | both directions of a connection: the faults that each has met, what it counts | `lane.rs`; what it may hold: `memory.rs` |
//! | the threads that all work on | `engine.rs`: [`engine()`] |
//! | exact timers | `timer/` |
//! | how a task gives way to others | `give_way.rs` |
//! | what the kernel is asked for directly | `sys.rs` |
//! | what threads share where that is subtle: `sync/`; models of it: `models/` |
//! | the faults themselves | the crate [`chaosgate_faults`], of which this one shows all that is needed |

mod accepting;
mod bind;
mod client;
mod closed_by;
pub mod descriptors;
mod dial;
mod engine;
mod error;
mod event;
mod events;
mod failing;
mod fault_lists;
mod faults;
mod gate;
mod give_way;
mod in_force;
mod lane;
mod lend;
mod listening;
mod memory;
#[cfg(all(test, chaosgate_models))]
mod models;
mod presence;
mod registry;
mod route;
mod seed;
mod shared;
mod sockets;
mod sync;
mod sys;
mod tcp;
mod throttle;
mod timer;
mod traffic;
mod udp;
mod url;
mod written;

pub use accepting::Accepting;
#[doc(inline)]
pub use chaosgate_faults::kinds::*;
pub use chaosgate_faults::{
    Clients, Code, Direction, EntrySpec, Fault, FaultSpec, How, ListError, Meeting, NoClients,
    NoPattern, NoSpan, Outbox, Pattern, Segment, Since, SpecError, State, Transport, When,
    WhenError, catalogue, units,
};
pub use closed_by::ClosedBy;
pub use engine::engine;
pub use error::{AcceptingError, BacklogError, StartError, WaitError};
pub use event::{Event, What};
pub use faults::{EntryHandle, Faults, Guard};
pub use gate::{
    AnyGate, Builder, Gate, Move, MoveError, OpenConnections, Protocol, Tcp, TcpGate, Udp, UdpGate,
    move_together,
};
pub use lend::{Loan, Notice, lend};
pub use listening::ListenAt;
pub use route::Route;
pub use seed::{drawn_seed, seed_of};
pub use timer::{Lateness, LatenessMeter};
pub use traffic::{ConnectionInfo, Totals, Volume};
