//! Other words for lines of the log, for who waits for those.

use tracing::{Level, Metadata};

/// What a line is to say that has this name: its level, and its words. The gate is its `name` then.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) of: &'static str,
    pub(crate) level: Level,
    pub(crate) says: &'static str,
}

impl Words {
    /// Those of a line, if it is to have others.
    pub(super) fn for_line(all: &'static [Words], line: &Metadata<'_>) -> Option<&'static Words> {
        all.iter().find(|words| words.of == line.name())
    }

    /// The level of a line.
    pub(super) fn level(all: &'static [Words], line: &Metadata<'_>) -> Level {
        Words::for_line(all, line).map_or(*line.level(), |words| words.level)
    }
}
