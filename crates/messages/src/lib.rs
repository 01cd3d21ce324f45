//! Where the messages of a protocol begin and end, and of what kind they are.
//!
//! A [`Framer`] is given the bytes of one direction of a connection as they come, and tells [`Mark`]s: here a message
//! begins, it is of this kind, here it ends. It reads heads and skips bodies, keeps next to nothing, and what it does
//! not understand it says once. Nothing here waits, does I/O or reads a clock.
//!
//! | to find | look in |
//! |---|---|
//! | the protocols | `protocol.rs`: [`Protocol`]; what there is to know of each: `info.rs`: [`ProtocolInfo`] |
//! | what finds messages in a stream, and what it tells | `framer.rs`: [`Framer`], `mark.rs`: [`Mark`], [`Lost`] |
//! | what tells messages that are datagrams | `dns/datagrams.rs`: [`Datagrams`] |
//! | of what kind a message is | `kind.rs`: [`Kind`], `name.rs` |
//! | which messages are meant | `pattern.rs`: [`KindPattern`]; why that cannot be read: `pattern_error.rs`: [`PatternError`] |
//! | each protocol | `postgresql/`, `redis/`, `http1/`, `dns/`, `lines.rs`, `length/` |
//! | what those have in common whose heads tell how long a message is | `counted.rs` |
//! | how TLS is told | `tls.rs` |

mod counted;
mod dns;
mod framer;
mod http1;
mod info;
mod kind;
mod length;
mod lines;
mod mark;
mod name;
mod pattern;
mod pattern_error;
mod postgresql;
mod protocol;
mod redis;
mod tls;

pub use dns::Datagrams;
pub use framer::Framer;
pub use info::{KindInfo, Kinds, Others, ProtocolInfo};
pub use kind::Kind;
pub use length::{Layout, LayoutError};
pub use mark::{Lost, Mark};
pub use pattern::KindPattern;
pub use pattern_error::PatternError;
pub use protocol::Protocol;
