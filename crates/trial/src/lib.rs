//! Trials of a service: it is well, the network fails, the network heals, and the service recovers.
//!
//! The end of a test in one line: [`assert_recovers`] heals a gate, and asks until the service has
//! answered three times in a row.
//!
//! ```no_run
//! use std::time::Duration;
//! use chaosgate::{Accepting, How, Route, TcpGate};
//! use chaosgate_trial::{Exchange, Limits, assert_recovers};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let gate = TcpGate::start_on(Route::to("localhost:6379"))?;
//! let service = Exchange::new(gate.address().to_string(), "PING\r\n", "+PONG\r\n");
//!
//! gate.set_accepting(Accepting::Refuse)?;
//! gate.close_connections(How::Reset);
//! // ... what does the service say meanwhile?
//! let recovery = assert_recovers(&gate, Limits::within(Duration::from_secs(5)), service).await;
//! println!("recovered in {:?}", recovery.took);
//! # Ok(())
//! # }
//! ```
//!
//! | to find | look in |
//! |---|---|
//! | how the network fails, as data | `cause.rs`: [`Cause`] |
//! | the same at work on a gate, and its hits | `applied.rs`: [`Applied`] |
//! | named causes, and the phase in which they strike | `condition.rs`: [`Condition`] |
//! | the conditions that all interfaces know by the same names | [`streams`], [`datagrams`] |
//! | what asks whether a service works | `probe/`: [`Probe`] |
//! | what was seen of it | [`Sight`], [`Outcome`], [`Failure`], each in its file |
//! | one condition against one service | `trial.rs`: [`Trial`], [`Report`] |
//! | that service, and what there is to judge of it | `subject.rs`: [`Subject`]; `strike.rs`: [`Strike`] |
//! | whether it has recovered | `recovery.rs`: [`recovers`], [`assert_recovers`], [`Limits`] |

mod applied;
mod cause;
mod condition;
pub mod datagrams;
mod failure;
mod outcome;
mod probe;
mod recovery;
mod sight;
pub mod streams;
mod strike;
mod subject;
mod trial;

pub use applied::Applied;
pub use cause::{Cause, CauseError, Change, Step};
pub use condition::{Condition, Phase};
pub use failure::{Failure, causes};
pub use outcome::Outcome;
pub use probe::{Command, Dns, Exchange, HttpGet, NameError, Probe};
pub use recovery::{Limits, NotRecovered, Recovery, STREAK, assert_recovers, recovers};
pub use sight::{Sight, observe};
pub use strike::Strike;
pub use subject::{Probed, Subject};
pub use trial::{Report, Trial, TrialError};
