//! Looks for inputs that break what must always hold.
//!
//! A target is a program like any other, with libFuzzer linked in and the instrumentation that
//! the stable compiler has. `cargo fuzz run chain` works as well, for who has cargo-fuzz and a
//! nightly compiler.

use std::fs;
use std::io::ErrorKind;
use std::path::{self, Path, PathBuf};
use std::process::Command;

use clap::ValueEnum;

use crate::error::Error;
use crate::run::{cargo, run};
use crate::workspace::Metadata;

/// Coverage counters and traced comparisons, which libFuzzer is guided by.
const INSTRUMENTATION: &str = "--cfg fuzzing -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// What must hold of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// Chains of faults, traffic and moments.
    Chain,
    /// Framers, and what is said on a connection.
    Framers,
}

impl Target {
    /// All of them.
    pub(crate) const ALL: [Target; 2] = [Target::Chain, Target::Framers];

    /// The name of its program.
    fn name(self) -> &'static str {
        match self {
            Target::Chain => "chain",
            Target::Framers => "framers",
        }
    }

    /// Its manifest: it has a workspace of its own.
    fn manifest(self) -> &'static str {
        match self {
            Target::Chain => "crates/faults/fuzz/Cargo.toml",
            Target::Framers => "crates/messages/fuzz/Cargo.toml",
        }
    }
}

/// Looks for so long. An input that fails is kept, and the error says how to repeat it.
pub(crate) fn search(target: Target, seconds: u32) -> Result<(), Error> {
    let files = Files::in_the_target_directory(target)?;
    files.make()?;
    run(&mut searching(&files, seconds)).map_err(|error| {
        let (target, input) = (target.name(), files.failure.clone());
        if input.exists() { Error::Fuzz { target, input } } else { error }
    })
}

/// The same for all targets, one after the other.
pub(crate) fn search_all(seconds: u32) -> Result<(), Error> {
    Target::ALL.into_iter().try_for_each(|target| search(target, seconds))
}

/// Shows what this input does, and does it.
pub(crate) fn repeat(target: Target, input: &Path) -> Result<(), Error> {
    // It is run at the root of the workspace.
    let input = path::absolute(input).map_err(Error::file("find", input))?;
    let files = Files::in_the_target_directory(target)?;
    run(&mut showing(&files, &input))?;
    let plan = fs::read_to_string(&files.plan).map_err(Error::file("read", &files.plan))?;
    eprintln!("{plan}");
    run(running(&files).arg(input))
}

/// Checks the format and the lints of all targets.
pub(crate) fn check() -> Result<(), Error> {
    for target in Target::ALL {
        run(&mut cargo(["fmt", "--manifest-path", target.manifest(), "--check"]))?;
        run(&mut linting(&Files::in_the_target_directory(target)?))?;
    }
    Ok(())
}

/// What is kept of a target from run to run.
struct Files {
    target: Target,
    builds: PathBuf,
    /// Inputs that reach what no other reaches: the next run begins with them.
    corpus: PathBuf,
    /// The input that failed.
    failure: PathBuf,
    /// What the input that is repeated does, in words.
    plan: PathBuf,
}

impl Files {
    fn in_the_target_directory(target: Target) -> Result<Self, Error> {
        Ok(Self::in_directory(target, Metadata::of_the_workspace()?.target_directory))
    }

    fn in_directory(target: Target, builds: PathBuf) -> Self {
        let fuzz = builds.join("fuzz").join(target.name());
        let [corpus, failure, plan] = ["corpus", "failure", "plan.txt"].map(|name| fuzz.join(name));
        Self { target, builds, corpus, failure, plan }
    }

    /// Makes the directories, and forgets the failure of an earlier run.
    fn make(&self) -> Result<(), Error> {
        fs::create_dir_all(&self.corpus).map_err(Error::file("make", &self.corpus))?;
        match fs::remove_file(&self.failure) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(Error::file("remove", &self.failure)(error))
            }
            _ => Ok(()),
        }
    }
}

/// Builds a target and runs it, with the arguments that are still to be added.
fn running(files: &Files) -> Command {
    let mut command = cargo(["run", "--release", "--manifest-path", files.target.manifest()]);
    // With a target, build scripts and macros are built without the instrumentation.
    command.args(["--target", "host-tuple", "--target-dir"]).arg(&files.builds).arg("--");
    command.env("RUSTFLAGS", INSTRUMENTATION);
    command
}

/// Lints without libFuzzer, which would take a C++ compiler.
fn linting(files: &Files) -> Command {
    let mut command = cargo(["clippy", "--manifest-path", files.target.manifest()]);
    command.args(["--all-targets", "--no-default-features", "--target-dir"]).arg(&files.builds);
    command.args(["--", "-D", "warnings"]);
    command
}

fn searching(files: &Files, seconds: u32) -> Command {
    let mut command = running(files);
    command.arg(&files.corpus);
    command.arg(format!("-exact_artifact_path={}", files.failure.display()));
    command.arg(format!("-max_total_time={seconds}"));
    // A run takes some 0.2 ms; one that takes 10 s hangs. Long inputs are no more likely to fail.
    command.args(["-timeout=10", "-max_len=1024", "-print_final_stats=1"]);
    command
}

fn showing(files: &Files, input: &Path) -> Command {
    let mut command = running(files);
    command.arg(input).env("RUST_LIBFUZZER_DEBUG_PATH", &files.plan);
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::line;

    fn files() -> Files {
        Files::in_directory(Target::Chain, "/builds".into())
    }

    #[test]
    fn a_search_is_bounded_and_keeps_what_failed_where_the_error_says() {
        let line = line(&searching(&files(), 60));
        assert!(line.starts_with("RUSTFLAGS=\"--cfg fuzzing -Cpasses=sancov-module "), "{line}");
        assert!(
            line.contains(" cargo run --release --manifest-path crates/faults/fuzz/Cargo.toml "),
            "{line}"
        );
        assert!(line.contains(" -- /builds/fuzz/chain/corpus -exact_artifact_path=/builds/fuzz/chain/failure -max_total_time=60 "), "{line}");
        let error = Error::Fuzz { target: "chain", input: files().failure };
        let end = "`cargo xtask fuzz chain /builds/fuzz/chain/failure` repeats it";
        assert!(error.to_string().ends_with(end), "{error}");
    }

    #[test]
    fn an_input_is_shown_by_the_program_that_repeats_it() {
        let input = Path::new("/builds/fuzz/chain/failure");
        let files = files();
        let repeating = line(running(&files).arg(input));
        assert!(repeating.ends_with(" -- /builds/fuzz/chain/failure"), "{repeating}");
        let showing = line(&showing(&files, input));
        assert_eq!(
            showing.replace("RUST_LIBFUZZER_DEBUG_PATH=/builds/fuzz/chain/plan.txt ", ""),
            repeating
        );
    }

    #[test]
    fn the_failure_of_an_earlier_run_is_forgotten_and_its_corpus_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let files = Files::in_directory(Target::Framers, directory.path().into());
        files.make().unwrap();
        fs::write(&files.failure, "old").unwrap();
        fs::write(files.corpus.join("input"), "old").unwrap();
        files.make().unwrap();
        assert!(!files.failure.exists() && files.corpus.join("input").exists());
    }
}
