//! The faults of [chaosgate](https://docs.rs/chaosgate), as data and as pure logic.
//!
//! A fault decides, the chain holds, the pump moves: in this crate is what decides and holds. Time
//! is an argument, traffic is [`Segment`]s, and nothing here waits, does I/O, reads a clock or
//! starts a thread. So all of it runs in [`virtual_time`].
//!
//! | to find | look in |
//! |---|---|
//! | each fault, one file each, and what some of them have in common | `kinds/` |
//! | what each of them brings | `kind.rs` |
//! | the one list of them | `spec.rs`: [`FaultSpec`] |
//! | those that are code, and no data | `code.rs`: [`Code`] |
//! | an element of a direction's list, as written | `entry_spec.rs`: [`EntrySpec`] |
//! | what it has beside its fault | `entry_fields.rs`; when that acts: `when/`: [`When`] |
//! | its JSON schema | `entry_schema.rs` |
//! | the same at work | `entry.rs`: [`Entry`] |
//! | what an entry's faults share on all connections | `shared_value.rs`: [`Meeting::shared`] |
//! | a direction's list and how it changes | `list.rs`: [`FaultList`]; why it cannot: `list_error.rs`: [`ListError`] |
//! | what a fault at work can do | `fault.rs`: [`Fault`], `outbox.rs`: [`Outbox`], which holds what it has decided by `outbox/` |
//! | what traffic is, and which way it goes | `segment.rs`: [`Segment`], `direction.rs`: [`Direction`], [`PerDirection`] |
//! | what happens when on one direction, and what a switch does | `chain/`: [`Chain`] |
//! | the same of a connection, and how that ends | `duplex/`: [`Duplex`] |
//! | values with units | [`units`] |
//! | how a connection can be ended on purpose | `close.rs`: [`How`], [`Closing`] |
//! | from when on a fault's time counts | `clock.rs`: [`Since`] |
//! | what suits streams, and what datagrams | `transport.rs`: [`Transport`] |
//! | how faults are written on the command line | `notation.rs` |
//! | how they are written in JSON | `document.rs` |
//! | why one cannot be read | `spec_error.rs`: [`SpecError`]; what was probably meant: [`suggestion`], `words.rs` |
//! | names, docs and defaults of all fields | [`catalogue`]; `kind_info.rs`, `field_info.rs`; what values they take: `value_kind.rs` |
//! | where chance comes from | `chance.rs`: [`Dice`]; which draws are whose: `series.rs`: [`Series`] |

pub mod catalogue;
mod chain;
mod chance;
mod clock;
mod close;
mod code;
mod direction;
mod document;
mod duplex;
mod entry;
mod entry_fields;
mod entry_schema;
mod entry_spec;
mod fault;
mod field_info;
mod kind;
mod kind_info;
pub mod kinds;
mod list;
mod list_error;
mod notation;
mod outbox;
mod segment;
mod series;
mod shared_value;
mod spec;
mod spec_error;
pub mod suggestion;
mod tally;
mod transport;
pub mod units;
mod value_kind;
pub mod virtual_time;
mod when;
mod words;

pub use chain::{Chain, Closed, Origin, Sink};
pub use chance::Dice;
pub use clock::Since;
pub use close::{Closing, How};
pub use code::Code;
pub use direction::{Direction, PerDirection};
pub use duplex::{Duplex, End, EndedBy};
pub use entry::Entry;
pub use entry_spec::EntrySpec;
pub use fault::{Fault, Meeting};
#[doc(no_inline)]
pub use kinds::*;
pub use list::FaultList;
pub use list_error::ListError;
pub use outbox::Outbox;
pub use segment::Segment;
pub use series::Series;
pub use spec::FaultSpec;
pub use spec_error::SpecError;
pub use tally::Tally;
pub use transport::Transport;
pub use when::{Clients, NoClients, NoPattern, NoSpan, Pattern, Span, State, When, WhenError};
