//! A proxy that runs, until it is stopped.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::listening::is_listening;
use super::peer::Peer;
use super::site::Site;
use crate::error::Error;
use crate::run::line;

/// How long it may take to listen.
const LIMIT: Duration = Duration::from_secs(10);
/// How long it may take to end before it is killed.
const GRACE: Duration = Duration::from_secs(2);
/// How long to wait before another look.
const PAUSE: Duration = Duration::from_millis(5);

/// A proxy that runs, and is stopped when this goes.
pub(crate) struct Running(Child);

impl Running {
    /// Starts a peer, and waits until it listens. Nothing if it cannot do what the site asks for.
    pub(crate) fn start(peer: &dyn Peer, site: &Site) -> Result<Option<Self>, Error> {
        let program = peer.find().map_err(|reason| Error::Missing { reason })?;
        let Some(mut command) = peer.command(&program, site)? else { return Ok(None) };
        let log = site.directory.join(format!("{}.log", peer.name()));
        let errors = File::create(&log).map_err(Error::file("write", &log))?;
        // What a proxy tells of each connection is told to nobody: it is not what is measured.
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors);
        let child = command.spawn();
        let child = child.map_err(|source| Error::Start { command: line(&command), source })?;
        let mut running = Running(child);
        let wait = Waiting { command: line(&command), log };
        if peer.is_told() {
            wait.until(&mut running, || is_listening(site.control, false))?;
            peer.tell(site).map_err(|source| Error::Start { command: line(&command), source })?;
        }
        wait.until(&mut running, || is_listening(site.listen, site.is_udp))?;
        Ok(Some(running))
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

/// What to say if a proxy does not come to listen.
struct Waiting {
    command: String,
    log: PathBuf,
}

impl Waiting {
    fn until(&self, running: &mut Running, is_so: impl Fn() -> bool) -> Result<(), Error> {
        let begin = Instant::now();
        while !is_so() {
            if running.has_ended() || begin.elapsed() > LIMIT {
                let told = fs::read_to_string(&self.log).unwrap_or_default();
                let told = told.lines().last().unwrap_or("nothing").to_owned();
                return Err(Error::Deaf { command: self.command.clone(), told });
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }
}

impl Drop for Running {
    /// Asks it to end, so that it ends its workers, and kills it if it does not.
    fn drop(&mut self) {
        // Once it has ended, its number may be another's.
        if self.has_ended() {
            return;
        }
        let mut ask = Command::new("kill");
        let _ = ask.args(["-TERM", &self.id().to_string()]).stderr(Stdio::null()).status();
        let begin = Instant::now();
        while !self.has_ended() && begin.elapsed() < GRACE {
            thread::sleep(PAUSE);
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::path::Path;

    use super::*;

    /// A shell that does this, or a peer that cannot.
    struct Shell(Option<&'static str>);

    impl Peer for Shell {
        fn name(&self) -> &'static str {
            "shell"
        }

        fn find(&self) -> Result<PathBuf, String> {
            Ok("sh".into())
        }

        fn command(&self, program: &Path, _: &Site) -> Result<Option<Command>, Error> {
            Ok(self.0.map(|script| {
                let mut command = Command::new(program);
                command.args(["-c", script]);
                command
            }))
        }
    }

    fn start(script: Option<&'static str>) -> Result<Option<Running>, Error> {
        let directory = tempfile::tempdir().unwrap();
        Running::start(&Shell(script), &Site::known(directory.path(), false, None))
    }

    #[test]
    fn a_peer_that_ends_before_it_listens_is_an_error_with_what_it_said_last() {
        let error = start(Some("echo first >&2; echo last >&2")).err().unwrap().to_string();
        assert!(error.ends_with(" does not listen; it says: last"), "{error}");
    }

    #[test]
    fn a_peer_that_cannot_do_it_is_not_started() {
        assert!(start(None).unwrap().is_none());
    }
}
