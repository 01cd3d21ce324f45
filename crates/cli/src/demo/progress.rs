//! What the demo prints while it runs.

use std::io;
use std::time::Duration;

use chaosgate::Direction;
use chaosgate_trial::Condition;
use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::row::{Layout, Row};
use crate::output;

/// As many letters as a line has where that is not known.
const USUAL_WIDTH: usize = 80;

/// The table, and under it on a terminal what is being shown now.
pub(super) struct Progress {
    /// Whether standard output is for machines: the table then goes to standard error.
    for_machines: bool,
    /// What has room there.
    pub(super) layout: Layout,
    /// Draws on standard error if that is a terminal, or else nothing.
    bar: ProgressBar,
}

impl Progress {
    pub(super) fn new(for_machines: bool, rows: usize) -> Self {
        let bar = ProgressBar::with_draw_target(Some(rows as u64), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{spinner} {pos}/{len} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.enable_steady_tick(Duration::from_millis(100));
        let terminal = if for_machines { Term::stderr() } else { Term::stdout() };
        Progress { for_machines, layout: Layout::within(width(&terminal)), bar }
    }

    /// Says what is being shown now.
    pub(super) fn begin(&self, condition: &Condition, direction: Option<Direction>) {
        let way = direction.map(|direction| format!(" {direction}")).unwrap_or_default();
        self.bar.set_message(format!("{}{way}: {}", condition.slug, condition.about));
    }

    /// Prints a row that is complete.
    pub(super) fn end(&self, row: &Row) -> io::Result<()> {
        self.print(&row.line(self.layout))?;
        self.bar.inc(1);
        Ok(())
    }

    /// Prints a line.
    pub(super) fn print(&self, line: &str) -> io::Result<()> {
        self.bar.suspend(|| {
            if self.for_machines {
                output::tell(line);
                return Ok(());
            }
            output::print_line(line)
        })
    }
}

/// How many letters a line of a terminal has.
fn width(terminal: &Term) -> usize {
    let columns = terminal.size_checked().map_or(0, |(_, columns)| usize::from(columns));
    if columns == 0 { USUAL_WIDTH } else { columns }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
