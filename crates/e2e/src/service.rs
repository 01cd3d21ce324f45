//! What is asked of a client of a server that is reached by connections.

use chaosgate_trial::Failure;

use crate::gated::Client;

/// A server as an application has it: behind a client that keeps its connections, and replaces
/// those that are dead.
///
/// An operation that fails, or is given up by dropping its future, leaves no connection behind on
/// which an answer is still owed.
pub trait Service: Client {
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
