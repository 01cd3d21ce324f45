//! What can go wrong, how it is shown, and the exit code that says so.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use chaosgate::units::duration;
use chaosgate::{AcceptingError, ListError, StartError, Transport};
use chaosgate_client::Error as ClientError;
use chaosgate_config::ConfigError;
use chaosgate_trial::TrialError;

use crate::output::{BAD, styled, tell};

/// The exit code if what was asked for failed.
const FAILURE: u8 = 1;
/// The exit code for a command that was given wrongly.
pub(crate) const USAGE: u8 = 2;
/// The exit code if no daemon can be reached.
const UNREACHABLE: u8 = 3;
/// The exit code for a configuration that is wrong.
const CONFIGURATION: u8 = 4;

/// Why a command has failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{argument}: {source}{}", way_out(source))]
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
    #[error("the directory {} has no file whose name ends in .toml, .yaml, .yml or .json", .path.display())]
    NoFiles { path: PathBuf },
    #[error("{}", Lines(.0))]
    Config(Vec<ConfigError>),
    #[error("the configuration {} cannot be brought about: {reason}", .path.display())]
    Configuration { path: PathBuf, reason: String },
    #[error("the token file {} cannot be read: {source}", .path.display())]
    TokenFile { path: PathBuf, source: io::Error },
    #[error("the token file {} has no token: it must have one, and may have white space around", .path.display())]
    NoToken { path: PathBuf },
    #[error("the token of {name} is no UTF-8")]
    TokenIsNoText { name: &'static str },
    #[error(
        "the tokens of {first} and {second} differ: a call can show one alone; leave one of them out"
    )]
    TwoTokens { first: &'static str, second: &'static str },
    #[error("cannot write {}: {source}", .path.display())]
    Manual { path: PathBuf, source: io::Error },
    #[error("the thread that prints cannot be started: {0}")]
    Printer(io::Error),
    #[error("signals cannot be received: {0}")]
    Signals(io::Error),
    #[error("the runtime cannot be started: {0}")]
    Runtime(io::Error),
    #[error("{said}{}", where_else(.0), said = .0)]
    Client(#[from] ClientError),
    #[error(
        "{fault}: {hits} hits after {}, of at least {at_least}; does traffic go that way?",
        duration::display(*.timeout)
    )]
    FewHits { fault: String, hits: u64, at_least: u64, timeout: Duration },
    #[error("this cannot be written in {language}: {reason}; another --output can")]
    Unwritable { language: &'static str, reason: String },
    #[error("cannot write: {0}")]
    Output(#[from] io::Error),
}

/// The status of the answer to a call whose values are wrong.
const BAD_REQUEST: u16 = 400;

/// What stands before each line of an excerpt.
const EXCERPT: &str = "    ";

/// A line for each mistake, and behind it what stands there.
struct Lines<'a>(&'a [ConfigError]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Vec::new();
        for ConfigError { name, mistakes } in self.0 {
            for mistake in mistakes {
                lines.push(format!("{name}:{mistake}"));
                let excerpt = mistake.excerpt.to_string();
                lines.extend(excerpt.lines().map(|line| format!("{EXCERPT}{line}")));
            }
        }
        f.write_str(&lines.join("\n"))
    }
}

/// Tells of one thing that is wrong.
fn tell_line(what: impl fmt::Display) {
    tell(format_args!("{} {what}", styled(BAD, "error:")));
}

/// What to do about a list that cannot be.
fn way_out(error: &ListError) -> &'static str {
    match error {
        ListError::Unsuitable { transport: Transport::Stream, .. } => {
            "; give --udp to pass datagrams"
        }
        _ => "",
    }
}

/// Where a daemon may be that was not found.
fn where_else(error: &ClientError) -> &'static str {
    match error {
        ClientError::Unreachable { .. } => ", and --url tells where another is",
        _ => "",
    }
}

impl Error {
    /// Tells the user, in a line for each thing that is wrong, and gives the exit code.
    pub(crate) fn report(&self) -> u8 {
        if matches!(self, Error::Output(error) if error.kind() == io::ErrorKind::BrokenPipe) {
            // The reader has seen enough, as in `chaosgate faults | head`.
            return 0;
        }
        for line in self.to_string().lines() {
            if line.starts_with(EXCERPT) {
                tell(line);
            } else {
                tell_line(line);
            }
        }
        self.exit_code()
    }

    fn exit_code(&self) -> u8 {
        match self {
            Error::Config(_) => CONFIGURATION,
            Error::Client(ClientError::Unreachable { .. }) => UNREACHABLE,
            Error::Client(ClientError::Refused(problem)) if problem.status == BAD_REQUEST => USAGE,
            Error::List { .. }
            | Error::Unreadable { .. }
            | Error::NoFiles { .. }
            | Error::TokenFile { .. }
            | Error::NoToken { .. }
            | Error::TokenIsNoText { .. }
            | Error::TwoTokens { .. }
            | Error::Client(ClientError::Url { .. } | ClientError::Token)
            | Error::Accepting(AcceptingError::Unsuitable { .. })
            | Error::Start(
                StartError::Address { .. }
                | StartError::Url { .. }
                | StartError::RouteToItself { .. }
                | StartError::Idle { .. },
            ) => USAGE,
            Error::Api { source, .. } if source.kind() == io::ErrorKind::InvalidInput => USAGE,
            _ => FAILURE,
        }
    }
}
