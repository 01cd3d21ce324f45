//! Why a task failed.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

/// Why a task failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("cannot start `{command}`: {source}")]
    Start { command: String, source: io::Error },

    #[error("`{command}` failed: {status}")]
    Failed { command: String, status: ExitStatus },

    #[error("`{command}` printed nothing")]
    Silent { command: String },

    #[error("cannot read the output of `{command}`: {source}")]
    Output { command: String, source: serde_json::Error },

    #[error("cannot {action} {}: {source}", path.display())]
    File { action: &'static str, path: PathBuf, source: io::Error },

    #[error("not what the code says: {}; `cargo xtask codegen` writes them anew", paths.join(", "))]
    Outdated { paths: Vec<&'static str> },

    #[error("dependencies whose licence is not on the list in deny.toml:\n{}", refused.join("\n"))]
    Licences { refused: Vec<String> },

    #[error("deny.toml is wrong: {source}")]
    Deny { source: Box<toml::de::Error> },

    #[error("the fuzz target failed: `cargo xtask fuzz {target} {}` repeats it", input.display())]
    Fuzz { target: &'static str, input: PathBuf },

    #[error("cannot read {}: {source}", path.display())]
    Figures { path: PathBuf, source: serde_json::Error },

    #[error("no number of instructions in {}", path.display())]
    Uncounted { path: PathBuf },

    #[error("grown by more than {percent} %: {}; `cargo xtask bench --instructions --accept` keeps that", workloads.join(", "))]
    Grown { percent: u64, workloads: Vec<String> },

    #[error("{reason}")]
    Missing { reason: String },

    #[error("`{command}` does not listen; it says: {told}")]
    Deaf { command: String, told: String },

    #[error("no figure: {told}")]
    Load { told: String },

    #[error("there is no measure \"{name}\": they are {}", known.join(", "))]
    Measure { name: String, known: Vec<&'static str> },

    #[error("`cargo xtask {task}` takes Linux")]
    Platform { task: &'static str },

    #[error("to install {package} takes root, or sudo without a password")]
    Privilege { package: &'static str },

    #[error("{count} skipped, and with CI=true nothing may be")]
    Skipped { count: usize },
}

impl Error {
    /// For `map_err`: the operating system refused to do `action` with the file at `path`.
    pub(crate) fn file(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { action, path: path.into(), source }
    }
}
