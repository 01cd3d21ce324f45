//! A program that says by its exit code whether the service works.

use std::ffi::OsString;
use std::process::Stdio;

use super::Probe;
use crate::failure::Failure;

/// Runs a program, without a shell: it works if that exits with 0. When the time is over the program
/// is killed, on Unix with all processes of its group.
#[derive(Debug, Clone)]
pub struct Command {
    program: OsString,
    arguments: Vec<OsString>,
}

impl Command {
    /// The program of this name or path, with these arguments.
    pub fn new<A: Into<OsString>>(
        program: impl Into<OsString>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        let arguments = arguments.into_iter().map(Into::into).collect();
        Command { program: program.into(), arguments }
    }
}

impl Probe for Command {
    async fn ask(&mut self) -> Result<(), Failure> {
        let mut command = tokio::process::Command::new(&self.program);
        command.args(&self.arguments).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn().map_err(|error| {
            Failure::Other(format!("{} cannot be run: {error}", self.program.display()))
        })?;
        #[cfg(unix)]
        let group = Group::of(&child);
        let output = child.wait_with_output().await?;
        #[cfg(unix)]
        group.keep();
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().last().unwrap_or_default();
        Err(Failure::Wrong(format!("{} {last}", output.status).trim_end().to_owned()))
    }
}

/// A group of processes, which is killed when this is dropped.
#[cfg(unix)]
struct Group(Option<rustix::process::Pid>);

#[cfg(unix)]
impl Group {
    fn of(leader: &tokio::process::Child) -> Self {
        let number = leader.id().and_then(|number| i32::try_from(number).ok());
        Group(number.and_then(rustix::process::Pid::from_raw))
    }

    fn keep(mut self) {
        self.0 = None;
    }
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // An error would be that nobody is left.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}
