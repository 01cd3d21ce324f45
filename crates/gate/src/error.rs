//! What can go wrong, one type for each operation.

use std::io;
use std::time::Duration;

use chaosgate_faults::ListError;

use crate::Accepting;

/// Why a gate cannot start. Nothing is left behind.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// An address is not written as one.
    #[error("{what} address \"{address}\" is wrong: {reason}")]
    Address {
        /// Which of the route's addresses.
        what: &'static str,
        /// As it was given.
        address: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An address is a URL, which is not shown, since there may be a password in it.
    #[error("{what} address is wrong: give {meant}, not a URL")]
    Url {
        /// Which of the route's addresses.
        what: &'static str,
        /// The `HOST:PORT` of the URL, with `PORT` itself for a scheme whose port is not known.
        meant: String,
    },
    /// The host to listen on has no address.
    #[error("listen address {listen} cannot be resolved: {source}")]
    Resolve {
        /// As it was given.
        listen: String,
        /// What the system said.
        source: io::Error,
    },
    /// The address cannot be listened on: it is taken, or not one of this machine.
    #[error("cannot listen on {listen}: {source}")]
    Listen {
        /// As it was given.
        listen: String,
        /// What the system said.
        source: io::Error,
    },
    /// Clients would be connected to the gate itself, again and again.
    #[error("upstream {upstream} is the gate itself, which listens on {listen}")]
    RouteToItself {
        /// Where the server should be.
        upstream: String,
        /// Where the gate listens.
        listen: std::net::SocketAddr,
    },
    /// Connects are to time out, and cannot be made to.
    #[error(
        "cannot start with accepting = timeout: the queue of {address} cannot be kept full: {source}"
    )]
    Timeout {
        /// Where it should have listened.
        address: std::net::SocketAddr,
        /// Why not.
        source: BacklogError,
    },
    /// Clients cannot be taken as they are to be.
    #[error(transparent)]
    Accepting(#[from] AcceptingError),
    /// Connections would end as soon as they have begun.
    #[error("idle time {time:?} is too short: it must be at least {least:?}")]
    Idle {
        /// After what silence a connection should have ended.
        time: Duration,
        /// The shortest that there is.
        least: Duration,
    },
    /// The threads that gates work on cannot be made.
    #[error("the threads that gates work on cannot be made: {source}")]
    Engine {
        /// What the system said.
        source: io::Error,
    },
    /// The runtime that the gate was given has ended.
    #[error("{}", ListError::RuntimeEnded)]
    RuntimeEnded,
}

/// Why a gate cannot take clients in another way. It goes on as before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AcceptingError {
    /// Somebody else has taken the port while the gate refused.
    #[error("cannot change from {from} to {to}: listening on {address} again failed: {source}")]
    Listen {
        /// The way that stays.
        from: Accepting,
        /// The way that was asked for.
        to: Accepting,
        /// The address.
        address: std::net::SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// UDP has no handshake that could fail in this way.
    #[error("cannot change from {from} to {to}: a UDP gate can accept, hold or refuse")]
    Unsuitable {
        /// The way that stays.
        from: Accepting,
        /// The way that was asked for.
        to: Accepting,
    },
    /// The socket cannot be changed.
    #[error("cannot change from {from} to {to}: the socket at {address} failed: {source}")]
    Socket {
        /// The way that stays.
        from: Accepting,
        /// The way that was asked for.
        to: Accepting,
        /// The address.
        address: std::net::SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Connects cannot be made to time out.
    #[error(
        "cannot change from {from} to timeout: the queue of {address} cannot be kept full: {source}"
    )]
    Timeout {
        /// The way that stays.
        from: Accepting,
        /// The address.
        address: std::net::SocketAddr,
        /// Why not.
        source: BacklogError,
    },
    /// The runtime that the gate was given has ended.
    #[error("{}", ListError::RuntimeEnded)]
    RuntimeEnded,
}

/// Why the queue of a listening socket cannot be kept full, so that connects time out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BacklogError {
    /// What a full queue does elsewhere is not known.
    #[error("this works on Linux only")]
    Unsupported,
    /// A connection of the gate's own, which was to fill the queue, did not get there: a firewall
    /// may keep the machine from connecting to itself.
    #[error("a connection of the gate's own did not get there within {within:?}")]
    NotQueued {
        /// How long it waited.
        within: Duration,
    },
    /// The kernel goes on connecting clients.
    #[error("one more client was connected though it was full")]
    NotFull,
    /// A system call failed.
    #[error(transparent)]
    System(#[from] io::Error),
}

/// A wait whose time was over before what it waited for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// A fault has hit less often.
    #[error("only {got} of {wanted} hits of {fault} within {within:?}")]
    Hits {
        /// The entry's name.
        fault: String,
        /// How many hits were waited for.
        wanted: u64,
        /// How many there were at the end.
        got: u64,
        /// How long it waited.
        within: Duration,
    },
    /// Fewer connections stood.
    #[error("only {got} of {wanted} connections within {within:?}")]
    Connections {
        /// How many connections were waited for.
        wanted: usize,
        /// How many there were at the end.
        got: usize,
        /// How long it waited.
        within: Duration,
    },
    /// The runtime that the gate was given has ended: what is waited for never comes.
    #[error("{}", ListError::RuntimeEnded)]
    RuntimeEnded,
    /// Connections were to end, and some stand.
    #[error("{left} connections still stand after {within:?}")]
    ConnectionsLeft {
        /// How many there were at the end.
        left: usize,
        /// How long it waited.
        within: Duration,
    },
}
