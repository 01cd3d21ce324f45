//! All that has to pass before a change is accepted.

use std::time::Instant;

use crate::check;
use crate::codegen;
use crate::error::Error;
use crate::test;

/// Does each step and says how long it took. Stops at the first one that fails.
pub(crate) fn ci(full: bool) -> Result<(), Error> {
    timed("codegen --check", codegen::check)?;
    timed("check", check::check)?;
    timed(if full { "test --full" } else { "test" }, || test::test(full))
}

fn timed(step: &str, work: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
    let begin = Instant::now();
    let done = work();
    let verdict = if done.is_ok() { "passed" } else { "failed" };
    eprintln!("ci: {step} {verdict} in {:.1} s", begin.elapsed().as_secs_f64());
    done
}
