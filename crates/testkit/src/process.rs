//! A child process that outlives neither its owner nor this process.

use std::fs::File;
use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, WaitId, WaitIdOptions, kill_process, waitid};

use crate::Signal;

/// How long a server may take to stop before it is killed.
const GRACE: Duration = Duration::from_secs(5);

/// A child process, stopped and reaped on drop.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    stop: Signal,
    /// Disconnected once the child has ended. The mutex makes it `Sync`, so that a server can be a
    /// static.
    ended: Mutex<Receiver<()>>,
}

impl Process {
    /// Starts `command`, which writes to `log` and is to be stopped with `stop`.
    ///
    /// The kernel takes the thread that starts a child for its parent, and a test's thread ends
    /// with the test. So the child has a thread of its own, which ends when the child does, or with
    /// this process.
    pub(crate) fn start(mut command: Command, stop: Signal, log: &File) -> io::Result<Self> {
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log.try_clone()?);
        let (started, child) = mpsc::sync_channel(1);
        let (alive, ended) = mpsc::channel();
        thread::Builder::new().name("testkit".into()).spawn(move || {
            let _alive: mpsc::Sender<()> = alive;
            let spawned = command.spawn();
            let pid = spawned.as_ref().ok().map(pid);
            if started.send(spawned).is_ok()
                && let Some(pid) = pid
            {
                wait_without_reaping(pid);
            }
        })?;
        let child = child.recv().map_err(io::Error::other)??;
        Ok(Self { child, stop, ended: Mutex::new(ended) })
    }

    /// The child's number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the child has ended, but no longer than `limit`.
    pub(crate) fn ended_within(&mut self, limit: Duration) -> Option<ExitStatus> {
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        match ended.recv_timeout(limit) {
            Err(RecvTimeoutError::Timeout) => None,
            Ok(()) | Err(RecvTimeoutError::Disconnected) => self.child.wait().ok(),
        }
    }

    /// Asks the child to stop, and kills it if it does not. It is gone afterwards.
    pub(crate) fn stop(&mut self) {
        self.stop_within(GRACE);
    }

    fn stop_within(&mut self, grace: Duration) {
        if self.ended_within(Duration::ZERO).is_some() {
            return;
        }
        // Only here is the child reaped, so that the pid cannot be somebody else's yet.
        let _ = kill_process(pid(&self.child), self.stop.into());
        if self.ended_within(grace).is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

fn pid(child: &Child) -> Pid {
    Pid::from_child(child)
}

fn wait_without_reaping(pid: Pid) {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    while waitid(WaitId::Pid(pid), options).is_err_and(|error| error == Errno::INTR) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::process::test_kill_process;
    use std::time::Instant;

    fn start(program: &str, arguments: &[&str]) -> Process {
        let mut command = Command::new(program);
        command.args(arguments);
        Process::start(command, Signal::Terminate, &tempfile::tempfile().unwrap()).unwrap()
    }

    #[test]
    fn a_stopped_child_is_gone_and_reaped() {
        let mut child = start("sleep", &["1000"]);
        let pid = pid(&child.child);
        child.stop();
        assert_eq!(test_kill_process(pid), Err(Errno::SRCH));
        child.stop();
    }

    #[test]
    fn a_child_that_does_not_stop_is_killed() {
        let mut child = start("sleep", &["1000"]);
        let pid = pid(&child.child);
        // Suspended, it heeds no other signal.
        kill_process(pid, rustix::process::Signal::STOP).unwrap();
        waitid(WaitId::Pid(pid), WaitIdOptions::STOPPED).unwrap();
        child.stop_within(Duration::from_millis(1));
        assert_eq!(test_kill_process(pid), Err(Errno::SRCH));
    }

    #[test]
    fn a_child_that_ends_by_itself_is_noticed_at_once() {
        let begin = Instant::now();
        let status = start("sh", &["-c", "exit 3"]).ended_within(Duration::from_mins(1));
        assert_eq!(status.and_then(|status| status.code()), Some(3));
        assert!(begin.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn a_child_outlives_the_thread_that_asked_for_it() {
        let mut child = thread::spawn(|| start("sleep", &["1000"])).join().unwrap();
        assert!(child.ended_within(Duration::from_millis(50)).is_none());
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error() {
        let log = tempfile::tempfile().unwrap();
        let error =
            Process::start(Command::new("/no/such/program"), Signal::Kill, &log).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
