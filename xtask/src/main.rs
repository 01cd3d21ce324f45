//! The tasks of this repository. What CI runs is what a person runs.
//!
//! | file | holds |
//! |---|---|
//! | `ci` | everything, in order |
//! | `test`, `check`, `codegen`, `fuzz` | one task each |
//! | `dist` | a release: what is made of the program and the package for users |
//! | `image` | the image, laid out and run without a container |
//! | `bench` | what the product costs: in instructions, and beside its peers |
//! | `python` | the Python package: built, checked and tested |
//! | `setup`, `clients`, `installed` | install what the tests need, once |
//! | `skips` | what was not tested, and why |
//! | `licences` | whether the licence of every dependency is one we may pass on |
//! | `workspace`, `run`, `error` | what all of them need |

mod bench;
mod check;
mod ci;
mod clients;
mod codegen;
mod dist;
mod error;
mod fuzz;
#[cfg(unix)]
mod image;
mod installed;
mod licences;
mod python;
mod root;
mod run;
mod setup;
mod skips;
mod test;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// The tasks of this repository.
#[derive(Debug, Parser)]
#[command(name = "xtask", bin_name = "cargo xtask")]
enum Task {
    /// Install what the tests need, and run them.
    Test {
        /// Also run the second tier: tests that take minutes, marked `#[ignore = "full: ..."]`, and
        /// the fuzz targets.
        #[arg(long)]
        full: bool,
        /// Run those of the Python package alone, and of its examples.
        #[arg(long)]
        python: bool,
    },
    /// Check format, lints, documentation and the licences of all dependencies.
    Check,
    /// Write the documents that are made from the code.
    Codegen {
        /// Write nothing; fail if a document is not what the code says.
        #[arg(long)]
        check: bool,
    },
    /// Look for inputs that break what must always hold of chains of faults, and of framers.
    Fuzz {
        /// Of these alone.
        target: Option<fuzz::Target>,
        /// Show what this input does and repeat it, such as one that failed.
        input: Option<PathBuf>,
        /// How long to look, for each target.
        #[arg(long, default_value_t = test::FUZZ_SECONDS, conflicts_with = "input")]
        seconds: u32,
    },
    /// Compare the product with other proxies, or with itself before.
    Bench {
        /// Count the instructions of a segment, a round trip, a connection, a datagram, and compare
        /// them with the figures that are kept.
        #[arg(long, conflicts_with_all = ["document", "Options"])]
        instructions: bool,
        /// Keep what is counted as the new figures.
        #[arg(long, requires = "instructions")]
        accept: bool,
        /// Measure nothing; write docs/performance.md from the results of the last time.
        #[arg(long, conflicts_with = "Options")]
        document: bool,
        #[command(flatten)]
        options: bench::Options,
    },
    /// Make a release in target/dist/release: an archive, a Debian package, a wheel, checksums;
    /// lint the Dockerfile.
    Dist,
    /// Lay the image out in target/image, and run what is in it without a container. Takes root.
    #[cfg(unix)]
    Image,
    /// Do all that has to pass: codegen --check, check, test.
    Ci {
        /// With the second tier of tests.
        #[arg(long)]
        full: bool,
    },
}

fn main() -> ExitCode {
    let done = match Task::parse() {
        Task::Test { full, python: false } => test::test(full),
        Task::Test { full, python: true } => test::python(full),
        Task::Check => check::check(),
        Task::Codegen { check: false } => codegen::write(),
        Task::Codegen { check: true } => codegen::check(),
        Task::Fuzz { target: Some(target), input: Some(input), .. } => fuzz::repeat(target, &input),
        Task::Fuzz { target: Some(target), seconds, .. } => fuzz::search(target, seconds),
        Task::Fuzz { target: None, seconds, .. } => fuzz::search_all(seconds),
        Task::Bench { accept: true, .. } => bench::instructions::accept(),
        Task::Bench { instructions: true, .. } => bench::instructions::compare(),
        Task::Bench { document: true, .. } => bench::document(),
        Task::Bench { options, .. } => bench::peers(&options),
        Task::Dist => dist::dist(),
        #[cfg(unix)]
        Task::Image => image::image(),
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
