//! Why a server could not be had.

use std::io;
use std::net::SocketAddr;
use std::process::ExitStatus;
use std::time::Duration;

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A program is not on this machine: the one reason for which a test may be skipped.
    #[error("{binary} is not installed")]
    Missing {
        /// The program.
        binary: &'static str,
    },
    /// The server, or a program that prepares it, ended on its own.
    #[error("{binary} ended early, {status}, after it had said:\n{log}")]
    Exited {
        /// The program.
        binary: &'static str,
        /// How it ended.
        status: ExitStatus,
        /// The end of its output.
        log: String,
    },
    /// The server runs, but never answered.
    #[error("{binary} did not answer on {addr} within {within:?}, and had said:\n{log}")]
    Silent {
        /// The program.
        binary: &'static str,
        /// Where it should have answered.
        addr: SocketAddr,
        /// How long it was waited for.
        within: Duration,
        /// The end of its output.
        log: String,
    },
    /// The operating system refused something.
    #[error("cannot {action}: {source}")]
    Io {
        /// What was tried.
        action: String,
        /// Why it did not work.
        source: io::Error,
    },
}

impl Error {
    /// Whether something is not installed, as opposed to broken.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing { .. })
    }

    /// For `map_err`: the operating system refused to do `action`.
    #[cfg(unix)]
    pub(crate) fn io(action: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action: action.into(), source }
    }
}
