//! Runs a command, which is printed first, so that everybody can run it by hand.

use std::borrow::Cow;
use std::env;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::Error;
use crate::root::root;

/// The cargo that runs this, at the root of the workspace.
pub(crate) fn cargo<const N: usize>(arguments: [&str; N]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// Runs `command`, which has to succeed.
pub(crate) fn run(command: &mut Command) -> Result<(), Error> {
    eprintln!("$ {}", line(command));
    let status =
        command.status().map_err(|source| Error::Start { command: line(command), source })?;
    if status.success() { Ok(()) } else { Err(Error::Failed { command: line(command), status }) }
}

/// What `command` prints on its standard output. It has to succeed.
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>, Error> {
    eprintln!("$ {}", line(command));
    let done = command.stderr(Stdio::inherit()).output();
    let output = done.map_err(|source| Error::Start { command: line(command), source })?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(Error::Failed { command: line(command), status: output.status })
    }
}

/// `command` as one would type it.
pub(crate) fn line(command: &Command) -> String {
    let variables = command
        .get_envs()
        .filter_map(|(name, value)| Some(format!("{}={}", name.to_string_lossy(), quoted(value?))));
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words =
        std::iter::once(program).chain(command.get_args()).map(|word| quoted(word).into_owned());
    variables.chain(words).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &OsStr) -> Cow<'_, str> {
    let word = word.to_string_lossy();
    if word.contains(char::is_whitespace) { format!("\"{word}\"").into() } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let mut command = Command::new("/usr/local/bin/cargo");
        command.args(["doc", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(line(&command), "RUSTDOCFLAGS=\"-D warnings\" cargo doc --no-deps");
    }

    #[cfg(unix)]
    #[test]
    fn a_command_that_fails_is_an_error_that_names_it() {
        let error = run(&mut Command::new("false")).unwrap_err();
        assert_eq!(error.to_string(), "`false` failed: exit status: 1");
    }

    #[test]
    fn a_command_that_is_not_there_is_an_error_that_names_it() {
        let error = output(&mut Command::new("no-such-command")).unwrap_err();
        assert!(error.to_string().starts_with("cannot start `no-such-command`: "), "{error}");
    }
}
