//! The engine of the Python package `chaosgate`: its gates, as objects that Python can hold.
//!
//! It is thin: what users see, and every convenience, is Python, in `python/chaosgate`. Here is what
//! Python cannot do, and the conversions.
//!
//! | to find | look in |
//! |---|---|
//! | the threads that gates work on, and what a fork does to them | `engine.rs` |
//! | a gate, and what it is made with | `gate.rs`, `options.rs` |
//! | the faults of a direction, and an entry of theirs | `faults.rs` |
//! | a fault as data | `spec.rs` |
//! | a fault that is a Python function | `questions/` |
//! | sockets that are lent to coroutines | `lending.rs` |
//! | a wait that Python can interrupt, and an event loop can watch | `wait.rs` |
//! | values with units | `values.rs` |
//! | errors as exceptions | `error.rs` |
//!
//! **Invariant:** no thread of the engine ever takes the GIL. What it has to tell Python goes through
//! a socket or a queue, whose other end a thread of Python's reads.

use pyo3::prelude::*;

mod engine;
mod error;
mod faults;
mod gate;
#[cfg(unix)]
mod lending;
mod options;
mod questions;
mod spec;
mod values;
mod wait;

/// The gates of the package `chaosgate`.
#[pymodule]
mod _engine {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::faults::{Entry, Faults};
    #[pymodule_export]
    use super::gate::Gate;
    #[cfg(unix)]
    #[pymodule_export]
    use super::lending::{Loan, Notices};
    #[pymodule_export]
    use super::questions::{Question, Questions, questions};
    #[pymodule_export]
    use super::run;
    #[pymodule_export]
    use super::spec::Spec;
    #[pymodule_export]
    use super::values::seconds;
    #[pymodule_export]
    use super::wait::Wait;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}

/// Runs the command `chaosgate` with these arguments, of which the first is the program's name, and
/// gives its exit code.
#[pyfunction]
fn run(py: Python<'_>, arguments: Vec<std::ffi::OsString>) -> u8 {
    py.detach(|| chaosgate_cli::run(arguments))
}
