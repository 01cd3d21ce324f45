//! The tasks of this repository. What CI runs is what a person runs.
//!
//! | file | holds |
//! |---|---|
//! | `ci` | everything, in order |
//! | `test`, `check`, `codegen` | one task each |
//! | `setup` | installs the servers that the tests talk to |
//! | `skips` | what was not tested, and why |
//! | `licences`, `spdx` | whether the licence of every dependency is one we may pass on |
//! | `workspace`, `run`, `error` | what all of them need |

mod check;
mod ci;
mod codegen;
mod error;
mod licences;
mod run;
mod setup;
mod skips;
mod spdx;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

/// The tasks of this repository.
#[derive(Debug, Parser)]
#[command(name = "xtask", bin_name = "cargo xtask")]
enum Task {
    /// Install what the tests need, and run them.
    Test {
        /// Also run the second tier: tests that take minutes, marked `#[ignore = "full: ..."]`.
        #[arg(long)]
        full: bool,
    },
    /// Check format, lints, documentation and the licences of all dependencies.
    Check,
    /// Write the documents that are made from the code.
    Codegen {
        /// Write nothing; fail if a document is not what the code says.
        #[arg(long)]
        check: bool,
    },
    /// Do all that has to pass: codegen --check, check, test.
    Ci {
        /// With the second tier of tests.
        #[arg(long)]
        full: bool,
    },
}

fn main() -> ExitCode {
    let done = match Task::parse() {
        Task::Test { full } => test::test(full),
        Task::Check => check::check(),
        Task::Codegen { check: false } => codegen::write(),
        Task::Codegen { check: true } => codegen::check(),
        Task::Ci { full } => ci::ci(full),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Task::command().debug_assert();
    }
}
