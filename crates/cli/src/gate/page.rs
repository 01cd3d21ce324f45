//! What is written to standard output, by somebody who goes on when that is gone.

use std::fmt::{Display, Write};

use serde::Serialize;

use crate::output::{print, tell};

/// Standard output, until it cannot be written to. What is put on it is written when it is turned.
pub(super) struct Page {
    for_machines: bool,
    lines: String,
    is_gone: bool,
}

impl Page {
    /// One on which what has happened is an object a line `for_machines`.
    pub(super) fn new(for_machines: bool) -> Self {
        Page { for_machines, lines: String::new(), is_gone: false }
    }

    /// Puts on it what has happened.
    pub(super) fn put(&mut self, what: &(impl Display + Serialize)) {
        if self.for_machines {
            self.put_line(&serde_json::to_value(what).unwrap_or_default());
        } else {
            self.put_line(what);
        }
    }

    /// Puts a line on it.
    pub(super) fn put_line(&mut self, line: &impl Display) {
        // A text takes everything.
        let _ = writeln!(self.lines, "{line}");
    }

    /// Writes what is on it, all at once. If that cannot be, it says so, once, and writes no more.
    pub(super) fn turn(&mut self) {
        if !self.is_gone
            && let Err(error) = print(&self.lines)
        {
            self.is_gone = true;
            tell(format_args!("warning: cannot write: {error}; the gate goes on without"));
        }
        self.lines.clear();
    }
}
