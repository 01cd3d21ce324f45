//! `chaosgate events`

use std::time::Duration;

use chaosgate::Event;
use chaosgate_client::Client;
use clap::Args;

use super::daemon::Daemon;
use super::output::{Output, in_yaml};
use crate::error::Error;
use crate::output::{print, print_line, tell};

/// Show what has happened at a gate, an event a line.
///
/// A gate remembers its last 1,000 events. How many are missing is a warning.
#[derive(Debug, Args)]
pub(crate) struct Events {
    /// Its name.
    #[arg(value_name = "GATE")]
    gate: String,

    /// Go on with what happens, as long as there is the gate.
    #[arg(short, long)]
    follow: bool,

    /// How they are shown: as lines, or as objects, in JSON one a line.
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    output: Output,

    #[command(flatten)]
    daemon: Daemon,
}

impl Events {
    pub(super) fn run(&self) -> Result<(), Error> {
        let client = self.daemon.client()?;
        let mut last = self.show(&client, 0, Duration::ZERO)?;
        if !self.follow {
            return Ok(());
        }
        loop {
            last = match self.show(&client, last, Duration::MAX) {
                Err(Error::Client(error)) if error.is_refused_as("not_found") => return Ok(()),
                shown => shown?,
            };
        }
    }

    /// Shows the events after that of this number, for which it waits for a time, and gives the number of the last.
    fn show(&self, client: &Client, since: u64, time: Duration) -> Result<u64, Error> {
        let events = client.events(&self.gate, since, time)?;
        let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(since) };
        match first.number.saturating_sub(since + 1) {
            0 => {}
            missed => tell(format_args!(
                "warning: the gate remembers no more than its last events: {missed} are missing"
            )),
        }
        events.iter().try_for_each(|event| self.show_one(event))?;
        Ok(last.number)
    }

    fn show_one(&self, event: &Event) -> Result<(), Error> {
        match self.output {
            Output::Table => print_line(event)?,
            Output::Json => print_line(serde_json::to_value(event).unwrap_or_default())?,
            Output::Yaml => print(in_yaml(&[event])?)?,
        }
        Ok(())
    }
}
