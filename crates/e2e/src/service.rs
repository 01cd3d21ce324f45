//! What is asked of a client.

use std::{future::Future, net::SocketAddr};

use crate::Failure;

/// A server as an application has it: behind a client that keeps its connections, and replaces those that are dead.
///
/// An operation that fails, or is given up by dropping its future, leaves no connection behind on which an answer is
/// still owed.
pub trait Service: Send + Sync + Sized + 'static {
    /// The server's name.
    const NAME: &'static str;

    /// A client of the server at `addr`, without a connection yet.
    fn at(addr: SocketAddr) -> Self;

    /// Asks a small question, and checks that the answer is the one to this very question.
    fn ask(&self) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Sends at least [`LARGE`](crate::payload) bytes.
    fn upload(&self) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Fetches at least [`LARGE`](crate::payload) bytes, and checks every one.
    fn download(&self) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Makes the server end a connection, and waits until the client has seen that end.
    fn farewell(&self) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Closes the connections that are kept.
    fn forget(&self);
}
