//! What can go wrong, how it is shown, and the exit code that says so.

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use chaosgate::{AcceptingError, ListError, StartError};
use chaosgate_trial::TrialError;
use miette::{Diagnostic, MietteHandler, MietteHandlerOpts, ReportHandler};

use crate::config::WrongConfig;
use crate::fault_argument::FaultError;

/// The exit code for a command that was given wrongly.
pub(crate) const USAGE: u8 = 2;

/// Why a command has failed.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(crate) enum Error {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Fault(#[from] Box<FaultError>),
    #[error("{argument}: {source}")]
    List { argument: &'static str, source: ListError },
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Accepting(#[from] AcceptingError),
    #[error("the server of the demo cannot listen on the loopback interface: {0}")]
    DemoServer(io::Error),
    #[error("the demo went wrong at {at}: {source}")]
    DemoBroken { at: &'static str, source: TrialError },
    #[error("{} of {of} went wrong\n{}", .complaints.len(), .complaints.join("\n"))]
    Demo { complaints: Vec<String>, of: usize },
    #[error("the interface cannot listen on {address}: {source}")]
    Api { address: String, source: io::Error },
    #[error("the configuration {} cannot be read: {source}", .path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error(transparent)]
    #[diagnostic(transparent)]
    Config(#[from] Box<WrongConfig>),
    #[error("the configuration {} cannot be brought about: {reason}", .path.display())]
    Configuration { path: PathBuf, reason: String },
    #[error("cannot write {}: {source}", .path.display())]
    Manual { path: PathBuf, source: io::Error },
    #[error("signals cannot be received: {0}")]
    Signals(io::Error),
    #[error("the runtime cannot be started: {0}")]
    Runtime(io::Error),
    #[error("cannot write: {0}")]
    Output(#[from] io::Error),
}

impl From<WrongConfig> for Error {
    fn from(wrong: WrongConfig) -> Self {
        Box::new(wrong).into()
    }
}

impl Error {
    /// Tells the user, and gives the exit code.
    pub(crate) fn report(&self) -> u8 {
        if matches!(self, Error::Output(error) if error.kind() == io::ErrorKind::BrokenPipe) {
            // The reader has seen enough, as in `chaosgate faults | head`.
            return 0;
        }
        // Without anybody to read it, the exit code has to do.
        let _ = write!(anstream::stderr(), "{}", Shown(self));
        self.exit_code()
    }

    fn exit_code(&self) -> u8 {
        match self {
            Error::Fault(_)
            | Error::List { .. }
            | Error::Unreadable { .. }
            | Error::Config(_)
            | Error::Accepting(AcceptingError::Unsuitable { .. })
            | Error::Start(
                StartError::Address { .. }
                | StartError::RouteToItself { .. }
                | StartError::Idle { .. },
            ) => USAGE,
            Error::Api { source, .. } if source.kind() == io::ErrorKind::InvalidInput => USAGE,
            _ => 1,
        }
    }
}

/// An error as the user sees it.
struct Shown<'a>(&'a Error);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        handler().debug(self.0, f)
    }
}

fn handler() -> MietteHandler {
    // The messages contain what has caused them. Where nobody looks at them, each is one line,
    // which can be searched for.
    MietteHandlerOpts::new()
        .wrap_lines(io::stderr().is_terminal())
        .terminal_links(false)
        .without_cause_chain()
        .build()
}
