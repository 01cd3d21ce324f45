//! The log, written by a thread of its own: a reader that does not read holds up no gate. Lines that
//! find no room are left out.

mod json;

use std::io::{self, Write};

use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The log of a command, which writes what is left when it is dropped.
pub(crate) struct Log {
    _writer: WorkerGuard,
}

impl Log {
    /// Lines to read, on standard error.
    pub(crate) fn for_people(level: LevelFilter) -> Self {
        let (writer, guard) = writer(io::stderr());
        let lines = fmt::layer().with_writer(writer).with_target(false).with_ansi(false);
        // In a program that has a log already, that is the one.
        let _ = tracing_subscriber::registry().with(ours(level)).with(lines).try_init();
        Log { _writer: guard }
    }

    /// An object a line, on standard output.
    pub(crate) fn for_machines(level: LevelFilter) -> Self {
        let (writer, guard) = writer(io::stdout());
        let lines = fmt::layer().with_writer(writer).event_format(json::Lines);
        // As above.
        let _ = tracing_subscriber::registry().with(ours(level)).with(lines).try_init();
        Log { _writer: guard }
    }
}

/// How many lines wait for a reader.
const WAITING: usize = 10_000;

fn writer(to: impl Write + Send + 'static) -> (NonBlocking, WorkerGuard) {
    NonBlockingBuilder::default().buffered_lines_limit(WAITING).lossy(true).finish(to)
}

/// What is ours, and not of the libraries below.
fn ours(level: LevelFilter) -> Targets {
    Targets::new().with_target("chaosgate", level)
}
