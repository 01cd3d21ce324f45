//! The command `chaosgate`.

use std::process::ExitCode;

fn main() -> ExitCode {
    chaosgate_cli::run(std::env::args_os()).into()
}
