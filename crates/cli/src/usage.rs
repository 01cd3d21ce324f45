//! What is said of a command line that cannot be read, or that asks for help.

use std::io::{self, IsTerminal};

use crate::error::{Error, USAGE};
use crate::output::{print, tell};

/// Tells it, and gives the exit code.
pub(crate) fn tell_of(error: &clap::Error) -> u8 {
    let text = error.render();
    if !error.use_stderr() {
        return print(text.ansi()).map_or_else(|error| Error::from(error).report(), |()| 0);
    }
    if io::stderr().is_terminal() {
        tell(text.ansi().to_string().trim_end());
    } else {
        tell(in_one_line(text.to_string().trim_end()));
    }
    USAGE
}

/// An error as all others are shown where nobody looks: what is wrong, what was probably meant, and which help
/// tells more. The help, which is shown if there is no command, stays as it is.
fn in_one_line(text: &str) -> String {
    if !text.starts_with("error:") {
        return text.to_owned();
    }
    let is_about_the_error =
        |line: &&str| !line.starts_with("Usage:") && !line.starts_with("For more");
    let lines = text.lines().take_while(is_about_the_error).map(str::trim);
    let said = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    match text.lines().find_map(|line| line.strip_prefix("Usage:")) {
        Some(usage) => format!("{said} (see '{} --help')", command_of(usage)),
        None => said,
    }
}

/// The command that a line of usage is about: its words before the first option or argument.
fn command_of(usage: &str) -> String {
    let is_name = |word: &&str| !word.starts_with(['-', '[', '<']);
    usage.split_whitespace().take_while(is_name).collect::<Vec<_>>().join(" ")
}
