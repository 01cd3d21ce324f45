//! What is written to standard output, by somebody who goes on when that is gone.

use std::fmt::Display;

use serde::Serialize;

use crate::output::{print_line, tell};

/// Standard output, until it cannot be written to.
pub(super) struct Page {
    for_machines: bool,
    is_gone: bool,
}

impl Page {
    /// One on which what has happened is an object a line `for_machines`.
    pub(super) fn new(for_machines: bool) -> Self {
        Page { for_machines, is_gone: false }
    }

    /// Writes what has happened.
    pub(super) fn write(&mut self, what: &(impl Display + Serialize)) {
        if self.for_machines {
            self.show(&serde_json::to_value(what).unwrap_or_default());
        } else {
            self.show(what);
        }
    }

    /// Writes a line. If that cannot be, it says so, once, and writes no more.
    pub(super) fn show(&mut self, line: &impl Display) {
        if self.is_gone {
            return;
        }
        if let Err(error) = print_line(line) {
            self.is_gone = true;
            tell(format_args!("warning: cannot write: {error}; the gate goes on without"));
        }
    }
}
