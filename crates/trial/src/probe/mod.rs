//! What asks a service whether it works.

mod command;
mod dns;
mod exchange;
mod http;

pub use command::Command;
pub use dns::{Dns, NameError};
pub use exchange::Exchange;
pub use http::HttpGet;

use crate::failure::Failure;

/// Asks a service whether it works. A function without arguments is one.
///
/// It needs no limit of its own: whoever asks has one, and drops a question that takes longer.
pub trait Probe: Send {
    /// Asks once.
    ///
    /// # Errors
    ///
    /// Why there was no right answer.
    fn ask(&mut self) -> impl Future<Output = Result<(), Failure>> + Send;
}

impl<F, A> Probe for F
where
    F: FnMut() -> A + Send,
    A: Future<Output = Result<(), Failure>> + Send,
{
    fn ask(&mut self) -> impl Future<Output = Result<(), Failure>> + Send {
        self()
    }
}
