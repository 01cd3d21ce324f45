//! Counts the instructions of work of a fixed size, and compares them with the figures that are
//! kept.
//!
//! | file | holds |
//! |---|---|
//! | `callgrind` | one count |
//! | `figures` | the file of what was counted, and what it holds for |
//! | `comparison` | what has grown, and the table |
//!
//! The work is in `crates/bench`. It is built as the release is, since that is what users run.

mod callgrind;
mod comparison;
mod figures;
mod workload;

use std::path::PathBuf;
use std::process::Command;

use crate::error::Error;
use crate::run::{cargo, line, output, run};
use crate::setup;
use crate::workspace::Metadata;
use callgrind::Counter;
use comparison::{PERCENT, Row, advice, table};
use figures::{Conditions, Figures};
use workload::Workload;

/// What may have been noise is counted so often, and the least is taken.
const COUNTS: usize = 3;

/// Counts, and fails if something has grown.
pub(crate) fn compare() -> Result<(), Error> {
    let kept = Figures::read()?;
    let here = Conditions::here()?;
    if let Some(difference) = kept.conditions.rules_out(&here) {
        println!("{difference}");
        return Ok(());
    }
    let bench = Bench::built()?;
    let rows = bench.workloads.iter().map(|workload| {
        let before = kept.instructions.get(&workload.name).copied();
        let mut row = Row::new(workload, before, bench.count(workload)?);
        for _ in 1..COUNTS {
            if row.has_grown() {
                row.now = row.now.min(bench.count(workload)?);
            }
        }
        Ok(row)
    });
    let rows = rows.collect::<Result<Vec<_>, Error>>()?;
    print!("{}", table(&rows));
    if let Some(advice) = advice(&rows) {
        println!("{advice}");
    }
    if let Some(warning) = kept.conditions.casts_doubt(&here) {
        println!("{warning}");
    }
    let grown = rows.iter().filter(|row| row.has_grown()).map(|row| row.name.clone());
    let workloads: Vec<_> = grown.collect();
    if workloads.is_empty() { Ok(()) } else { Err(Error::Grown { percent: PERCENT, workloads }) }
}

/// Counts, and keeps that.
pub(crate) fn accept() -> Result<(), Error> {
    let conditions = Conditions::here()?;
    // The first time there are none, and those of another compiler would mislead.
    let kept = Figures::read().ok().filter(|kept| kept.conditions.rules_out(&conditions).is_none());
    let kept = kept.map(|kept| kept.instructions).unwrap_or_default();
    let bench = Bench::built()?;
    let rows = bench.workloads.iter().map(|workload| {
        let before = kept.get(&workload.name).copied();
        Ok(Row::new(workload, before, bench.count(workload)?))
    });
    let rows = rows.collect::<Result<Vec<_>, Error>>()?;
    let instructions = rows.iter().map(|row| (row.name.clone(), row.now)).collect();
    Figures { conditions, instructions }.write()?;
    print!("{}", table(&rows));
    Ok(())
}

/// The program that does the work.
struct Bench {
    program: PathBuf,
    workloads: Vec<Workload>,
    counter: Counter,
}

impl Bench {
    fn built() -> Result<Self, Error> {
        setup::counter()?;
        run(&mut cargo(["build", "--profile", "instructions", "--package", "chaosgate-bench"]))?;
        let target = Metadata::of_the_workspace()?.target_directory;
        let program = target.join("instructions/chaosgate-bench");
        let mut listing = Command::new(&program);
        let workloads = serde_json::from_slice(&output(&mut listing)?)
            .map_err(|source| Error::Output { command: line(&listing), source })?;
        let counter = Counter::new(target.join("xtask/callgrind"))?;
        Ok(Bench { program, workloads, counter })
    }

    /// How many instructions one more takes.
    fn count(&self, workload: &Workload) -> Result<u64, Error> {
        let [few, many] = workload.sizes;
        let of_few = self.counter.count(&self.program, &workload.name, few)?;
        let of_many = self.counter.count(&self.program, &workload.name, many)?;
        Ok(of_many.saturating_sub(of_few) / (many - few))
    }
}
