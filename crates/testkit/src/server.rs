//! A running server, and how it is started, waited for and stopped.

use std::fmt;
use std::fs::{self, File};
use std::marker::PhantomData;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::launch;
use crate::port::Port;
use crate::process::Process;
use crate::scratch::Scratch;
use crate::{Error, Recipe, Site};

/// How long a server may take to answer. Generous, as a busy machine is no reason to fail.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long one question may go unanswered.
const QUESTION: Duration = Duration::from_secs(5);
/// The pause between two questions.
const PAUSE: Duration = Duration::from_millis(2);
/// How much of its output is shown of a server that did not start.
const LOG_SHOWN: usize = 4000;

/// A server that runs, on a loopback port and in a directory of its own, until it is dropped.
pub struct Server<R: Recipe> {
    // In this order: the directory and the port are free once the process is gone.
    process: Process,
    scratch: Scratch,
    port: Port,
    recipe: PhantomData<R>,
}

impl<R: Recipe> Server<R> {
    /// Starts a server, and returns when it answers.
    ///
    /// # Errors
    /// [`Error::Missing`] if it is not installed; see [`or_skip!`](crate::or_skip). Another
    /// [`Error`] if it does not start.
    pub fn start() -> Result<Self, Error> {
        let binary = R::BINARY.find()?;
        let account = R::account()?;
        let (port, scratch) = (Port::reserve()?, Scratch::new()?);
        scratch.give(account)?;
        let site =
            Site { binary, directory: scratch.path().to_owned(), addr: port.addr(), account };
        let mut command = R::command(&site)?;
        command.current_dir(&site.directory);
        let command = launch::bound(&command, R::ORPHANED, account)?;
        let log = File::create(log_of(&scratch)).map_err(Error::io("make a log file"))?;
        let process = Process::start(command, R::STOP, &log)
            .map_err(Error::io(format!("start {}", site.binary.display())))?;
        let mut server = Self { process, scratch, port, recipe: PhantomData };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.port.addr()
    }

    /// The number of its process; of its first one, if it has several.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Stops the server: asks it to, and kills it if it does not within five seconds. Afterwards
    /// its process is gone, and connections to [`addr`](Self::addr) are refused for as long as this
    /// value lives.
    pub fn stop(&mut self) {
        self.process.stop();
    }

    fn wait_until_ready(&mut self) -> Result<(), Error> {
        let deadline = Instant::now() + PATIENCE;
        while !self.is_ready() {
            // The pause ends early if the server does.
            if let Some(status) = self.process.ended_within(PAUSE) {
                return Err(Error::Exited {
                    binary: R::BINARY.name,
                    status,
                    log: log_tail(&log_of(&self.scratch)),
                });
            }
            if Instant::now() >= deadline {
                let log = log_tail(&log_of(&self.scratch));
                return Err(Error::Silent {
                    binary: R::BINARY.name,
                    addr: self.addr(),
                    within: PATIENCE,
                    log,
                });
            }
        }
        Ok(())
    }

    fn is_ready(&self) -> bool {
        let ask = || {
            let stream = TcpStream::connect_timeout(&self.addr(), QUESTION)?;
            stream.set_read_timeout(Some(QUESTION))?;
            stream.set_write_timeout(Some(QUESTION))?;
            R::is_ready(stream)
        };
        ask().unwrap_or(false)
    }
}

impl<R: Recipe> fmt::Debug for Server<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(pid {}, {})", R::BINARY.name, self.pid(), self.addr())
    }
}

fn log_of(scratch: &Scratch) -> std::path::PathBuf {
    scratch.path().join("log")
}

/// The end of a log.
fn log_tail(log: &Path) -> String {
    let bytes = fs::read(log).unwrap_or_default();
    let end = &bytes[bytes.len().saturating_sub(LOG_SHOWN)..];
    String::from_utf8_lossy(end).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Binary, Nginx, Postgres, Redis, Signal};
    use std::io;
    use std::process::Command;

    /// A program that says why, and ends.
    #[derive(Debug)]
    struct Broken;

    impl Recipe for Broken {
        const BINARY: Binary = Binary { name: "sh", elsewhere: &[] };
        const STOP: Signal = Signal::Terminate;

        fn command(site: &Site) -> Result<Command, Error> {
            let mut command = Command::new(&site.binary);
            command.args(["-c", "echo the disk is full; exit 7"]);
            Ok(command)
        }

        fn is_ready(_: TcpStream) -> io::Result<bool> {
            Ok(true)
        }
    }

    #[test]
    fn a_server_that_ends_early_is_an_error_with_its_log() {
        let error = Server::<Broken>::start().unwrap_err();
        assert_eq!(
            error.to_string(),
            "sh ended early, exit status: 7, after it had said:\nthe disk is full"
        );
        assert!(!error.is_missing());
    }

    #[test]
    fn a_server_can_be_a_static() {
        fn shared<T: Send + Sync + 'static>() {}
        shared::<Redis>();
        shared::<Nginx>();
        shared::<Postgres>();
    }
}
