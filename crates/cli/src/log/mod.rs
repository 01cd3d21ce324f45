//! The log, written by a thread of its own: a reader that does not read holds up no gate. Lines that
//! find no room are left out.

mod json;
mod words;

use std::io::{self, Write};

use tracing::Metadata;
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterFn, LevelFilter, filter_fn};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

pub(crate) use words::Words;

/// The log of a command, which writes what is left when it is dropped.
pub(crate) struct Log {
    _writer: WorkerGuard,
}

impl Log {
    /// Lines to read, on standard error.
    pub(crate) fn for_people(level: LevelFilter) -> Self {
        let (writer, guard) = writer(io::stderr());
        let lines = fmt::layer().with_writer(writer).with_target(false).with_ansi(false);
        begin(lines.with_filter(ours(level, &[])), guard)
    }

    /// An object a line, on standard error.
    pub(crate) fn for_programs(level: LevelFilter) -> Self {
        let (writer, guard) = writer(io::stderr());
        let lines = fmt::layer().with_writer(writer).event_format(json::Lines(&[]));
        begin(lines.with_filter(ours(level, &[])), guard)
    }

    /// The same on standard output, and of some lines in these words.
    pub(crate) fn in_words(level: LevelFilter, words: &'static [Words]) -> Self {
        let (writer, guard) = writer(io::stdout());
        let lines = fmt::layer().with_writer(writer).event_format(json::Lines(words));
        begin(lines.with_filter(ours(level, words)), guard)
    }
}

fn begin(lines: impl Layer<tracing_subscriber::Registry> + Send + Sync, guard: WorkerGuard) -> Log {
    // In a program that has a log already, that is the one.
    let _ = tracing_subscriber::registry().with(lines).try_init();
    Log { _writer: guard }
}

/// How many lines wait for a reader.
const WAITING: usize = 10_000;

fn writer(to: impl Write + Send + 'static) -> (NonBlocking, WorkerGuard) {
    NonBlockingBuilder::default().buffered_lines_limit(WAITING).lossy(true).finish(to)
}

/// What is ours, and not of the libraries below, by the level that it has in these words.
fn ours(level: LevelFilter, words: &'static [Words]) -> FilterFn<impl Fn(&Metadata<'_>) -> bool> {
    let of_us = |line: &Metadata<'_>| line.target().starts_with("chaosgate");
    let filter = filter_fn(move |line| of_us(line) && Words::level(words, line) <= level);
    // Beyond what others call a detail nothing has another level.
    filter.with_max_level_hint(level.max(LevelFilter::DEBUG))
}
