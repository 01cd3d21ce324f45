//! Runs a program below callgrind, which counts the instructions that it executes itself: none of
//! the kernel's, and none while it waits.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;
use crate::run::run;

/// Where counts are kept, so that `callgrind_annotate` can tell what they consist of.
pub(super) struct Counter(PathBuf);

impl Counter {
    pub(super) fn new(directory: PathBuf) -> Result<Self, Error> {
        fs::create_dir_all(&directory).map_err(Error::file("make", &directory))?;
        Ok(Counter(directory))
    }

    /// The instructions of `program` while it does this workload so many times.
    pub(super) fn count(&self, program: &Path, workload: &str, times: u64) -> Result<u64, Error> {
        let file = self.0.join(format!("{workload}.{times}"));
        run(&mut counting(program, workload, times, &file))?;
        let counts = fs::read_to_string(&file).map_err(Error::file("read", &file))?;
        total(&counts).ok_or(Error::Uncounted { path: file })
    }
}

fn counting(program: &Path, workload: &str, times: u64, file: &Path) -> Command {
    let mut command = Command::new("valgrind");
    command.args(["--quiet", "--tool=callgrind"]);
    command.arg(format!("--callgrind-out-file={}", file.display()));
    command.arg(program).arg(workload).arg(times.to_string());
    // It is copied to the program's stack, where its length decides how other things are aligned.
    command.env_clear();
    command
}

/// The number of instructions that such a file gives for the whole program.
fn total(counts: &str) -> Option<u64> {
    counts.lines().find_map(|line| line.strip_prefix("totals:"))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::line;

    #[test]
    fn the_total_is_that_of_the_whole_program() {
        let counts = "version: 1\nevents: Ir\nsummary: 12\n\nfn=(0)\n0 5\n12 7\n\ntotals: 12\n";
        assert_eq!(total(counts), Some(12));
    }

    #[test]
    fn a_file_without_a_total_gives_no_number() {
        assert_eq!(total(""), None);
        assert_eq!(total("events: Ir\ntotals: many\n"), None);
    }

    #[test]
    fn a_count_names_its_file_for_the_workload_and_the_size() {
        let command = counting(Path::new("/target/bench"), "chain", 20, Path::new("/out/chain.20"));
        let expected = "valgrind --quiet --tool=callgrind --callgrind-out-file=/out/chain.20 /target/bench chain 20";
        assert_eq!(line(&command), expected);
    }
}
