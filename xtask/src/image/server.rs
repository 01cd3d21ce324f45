//! The server of the image at work.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::error::Error;
use crate::run::{line, run};

/// What it says when it listens; where is in the same line.
const LISTENS: &str = "Starting Toxiproxy HTTP server";

/// The server of the image at work.
pub(super) struct Server {
    child: Child,
    pub(super) port: u16,
}

impl Server {
    /// Starts it, and waits until it listens.
    pub(super) fn start(command: &mut Command) -> Result<Self, Error> {
        let shown = line(command);
        eprintln!("$ {shown}");
        let start = |source| Error::Start { command: shown.clone(), source };
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(start)?;
        let lines = child.stdout.take().into_iter().flat_map(|log| BufReader::new(log).lines());
        let port = lines.map_while(Result::ok).find_map(|line| port_in(&line));
        let silent = || Error::Silent { command: shown.clone() };
        Ok(Self { child, port: port.ok_or_else(silent)? })
    }

    /// Tells it to end, as `docker stop` does; it has to do so in order.
    pub(super) fn end(mut self) -> Result<(), Error> {
        run(Command::new("kill").args(["-TERM", &self.child.id().to_string()]))?;
        let command = "the server of the image".to_owned();
        let ended = self.child.wait();
        let status = ended.map_err(|source| Error::Start { command: command.clone(), source })?;
        if status.success() { Ok(()) } else { Err(Error::Failed { command, status }) }
    }
}

fn port_in(line: &str) -> Option<u16> {
    let line: Value = serde_json::from_str(line).ok()?;
    let address = line.get("address").filter(|_| line["message"] == LISTENS)?;
    address.as_str()?.rsplit(':').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_it_listens_is_read_off_its_log() {
        let line =
            r#"{"level":"info","message":"Starting Toxiproxy HTTP server","address":"[::]:81"}"#;
        assert_eq!(port_in(line), Some(81));
        assert_eq!(port_in(r#"{"message":"Starting Toxiproxy","address":"h:1"}"#), None);
    }
}
