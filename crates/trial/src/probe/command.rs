//! A program that says by its exit code whether the service works.

use std::ffi::OsString;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::timeout;

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
        let mut child = command.spawn().map_err(|error| {
            Failure::Other(format!("{} cannot be run: {error}", self.program.display()))
        })?;
        #[cfg(unix)]
        let group = Group::of(&child);
        let mut said = Tail::of(child.stderr.take());
        let status = loop {
            tokio::select! {
                status = child.wait() => break status?,
                () = said.read(), if said.is_open() => {}
            }
        };
        #[cfg(unix)]
        group.keep();
        if status.success() {
            return Ok(());
        }
        // A child that lives on may keep the pipe open.
        let _ = timeout(REST, said.read_all()).await;
        Err(Failure::Wrong(format!("{status} {}", said.last_line()).trim_end().to_owned()))
    }
}

/// How long what a program has said last may take to come when it has ended.
const REST: Duration = Duration::from_millis(200);

/// So many bytes of what a program says are kept, of the last.
const KEPT: usize = 4 << 10;

/// The end of what is read, of which no more is kept than that.
struct Tail<R> {
    reader: Option<R>,
    bytes: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Tail<R> {
    fn of(reader: Option<R>) -> Self {
        Tail { reader, bytes: Vec::new() }
    }

    fn is_open(&self) -> bool {
        self.reader.is_some()
    }

    /// Reads some. Nothing is lost when it is given up.
    async fn read(&mut self) {
        let Some(reader) = &mut self.reader else { return };
        let mut buffer = [0; KEPT];
        match reader.read(&mut buffer).await {
            Ok(0) | Err(_) => self.reader = None,
            Ok(length) => {
                self.bytes.extend_from_slice(&buffer[..length]);
                let surplus = self.bytes.len().saturating_sub(KEPT);
                self.bytes.drain(..surplus);
            }
        }
    }

    async fn read_all(&mut self) {
        while self.is_open() {
            self.read().await;
        }
    }

    fn last_line(&self) -> String {
        let said = String::from_utf8_lossy(&self.bytes);
        said.lines().last().unwrap_or_default().to_owned()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn of_what_a_program_says_without_an_end_the_last_is_kept() {
        let text = format!("{}\nthe last", "x".repeat(1 << 20));
        let mut said = Tail::of(Some(text.as_bytes()));
        said.read_all().await;
        assert_eq!((said.bytes.len(), said.last_line().as_str()), (4 << 10, "the last"));
        assert!(said.bytes.capacity() < 64 << 10, "{}", said.bytes.capacity());
    }
}
