//! Where the daemon is, and the token that it is shown.

use std::env;

use chaosgate_client::Client;
use clap::Args;

use crate::error::Error;

/// Where `chaosgate serve` listens if nothing else is said.
const USUAL: &str = "http://localhost:8474";

#[derive(Debug, Args)]
#[command(next_help_heading = "The daemon")]
pub(super) struct Daemon {
    /// Where it is: `http://HOST:PORT`, `HOST:PORT` or `unix:PATH`. If it is not given, `CHAOSGATE_URL` says it,
    /// then `TOXIPROXY_URL`; without these it is `http://localhost:8474`.
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// What it asks to be shown. If it is not given, `CHAOSGATE_TOKEN` says it, then `TOXIPROXY_AUTH_TOKEN`.
    /// Arguments are seen by other users of the machine.
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
}

impl Daemon {
    /// What calls it.
    ///
    /// # Errors
    ///
    /// If what was given is no URL, or no token.
    pub(super) fn client(&self) -> Result<Client, Error> {
        let url = given(self.url.as_ref(), ["CHAOSGATE_URL", "TOXIPROXY_URL"]);
        let token = given(self.token.as_ref(), ["CHAOSGATE_TOKEN", "TOXIPROXY_AUTH_TOKEN"]);
        let client = Client::new(url.as_deref().unwrap_or(USUAL))?;
        Ok(client.token(&token.unwrap_or_default())?)
    }
}

/// What was given; or the first of these variables that says something.
fn given(argument: Option<&String>, variables: [&str; 2]) -> Option<String> {
    let mut in_environment = variables.into_iter().filter_map(|name| env::var(name).ok());
    argument.cloned().or_else(|| in_environment.find(|value| !value.is_empty()))
}
