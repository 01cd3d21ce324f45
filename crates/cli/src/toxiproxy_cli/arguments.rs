//! The arguments of Toxiproxy's client. What it misses it says in words of its own, so nothing is
//! required here.

use clap::{ArgAction, Args, Parser, Subcommand};

use super::error::Error;

/// Control proxies and their toxics.
#[derive(Debug, Parser)]
#[command(
    name = "toxiproxy-cli",
    version = chaosgate_server::toxiproxy::VERSION,
    disable_help_flag = true,
    disable_version_flag = true
)]
pub(super) struct Arguments {
    /// Where the server is.
    #[arg(
        short = 'h',
        long,
        value_name = "URL",
        env = "TOXIPROXY_URL",
        default_value = "http://localhost:8474"
    )]
    pub(super) host: String,

    /// What the server wants to be shown.
    #[arg(long, value_name = "TOKEN", env = "TOXIPROXY_AUTH_TOKEN", hide_env_values = true)]
    pub(super) auth_token: Option<String>,

    /// Print this.
    #[arg(long, global = true, action = ArgAction::Help)]
    help: Option<bool>,

    /// Print the version.
    #[arg(short = 'v', long, action = ArgAction::Version)]
    version: Option<bool>,

    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List all proxies.
    #[command(visible_aliases = ["l", "li", "ls"])]
    List,
    /// Show the toxics of a proxy.
    #[command(visible_aliases = ["i", "ins"])]
    Inspect(OfProxy),
    /// Create a proxy.
    #[command(visible_aliases = ["c", "new"])]
    Create(Create),
    /// Enable or disable a proxy.
    #[command(visible_alias = "tog")]
    Toggle(OfProxy),
    /// Delete a proxy.
    #[command(visible_alias = "d")]
    Delete(OfProxy),
    /// Add, update or remove a toxic.
    #[command(visible_alias = "t")]
    Toxic(OfToxics),
}

#[derive(Debug, Args)]
pub(super) struct OfToxics {
    #[command(subcommand)]
    pub(super) command: Option<ToxicCommand>,
}

#[derive(Debug, Subcommand)]
pub(super) enum ToxicCommand {
    /// Add a toxic to a proxy.
    #[command(visible_alias = "a")]
    Add(AddToxic),
    /// Change a toxic.
    #[command(visible_alias = "u")]
    Update(UpdateToxic),
    /// Remove a toxic from a proxy.
    #[command(visible_aliases = ["r", "delete", "d"])]
    Remove(RemoveToxic),
}

#[derive(Debug, Args)]
pub(super) struct OfProxy {
    /// The proxy's name.
    #[arg(value_name = "PROXY")]
    proxy: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// Where clients connect.
    #[arg(short, long, value_name = "HOST:PORT", default_value = "")]
    pub(super) listen: String,

    /// Where the server is.
    #[arg(short, long, value_name = "HOST:PORT", default_value = "")]
    pub(super) upstream: String,

    #[command(flatten)]
    pub(super) of: OfProxy,
}

#[derive(Debug, Args)]
pub(super) struct AddToxic {
    /// The toxic's type.
    #[arg(short = 't', long = "type", value_name = "TYPE", default_value = "")]
    pub(super) type_name: String,

    /// Its name; if it is not given, that of its type and of its stream.
    #[arg(short = 'n', long = "toxicName", value_name = "NAME", default_value = "")]
    pub(super) name: String,

    /// On how many of the connections it works, 0 to 1.
    #[arg(long, alias = "tox", default_value = "1.0", allow_hyphen_values = true)]
    pub(super) toxicity: String,

    /// What it is told; may be given several times.
    #[arg(short, long, value_name = "KEY=VALUE")]
    pub(super) attribute: Vec<String>,

    /// On the way to the server.
    #[arg(short, long)]
    pub(super) upstream: bool,

    /// On the way to the client, as it is without a flag.
    #[arg(short, long)]
    pub(super) downstream: bool,

    #[command(flatten)]
    pub(super) of: OfProxy,
}

#[derive(Debug, Args)]
pub(super) struct UpdateToxic {
    /// The toxic's name.
    #[arg(short = 'n', long = "toxicName", value_name = "NAME", default_value = "")]
    pub(super) name: String,

    /// On how many of the connections it works, 0 to 1.
    #[arg(long, alias = "tox", default_value = "1.0", allow_hyphen_values = true)]
    pub(super) toxicity: String,

    /// What it is told; may be given several times.
    #[arg(short, long, value_name = "KEY=VALUE")]
    pub(super) attribute: Vec<String>,

    #[command(flatten)]
    pub(super) of: OfProxy,
}

#[derive(Debug, Args)]
pub(super) struct RemoveToxic {
    /// The toxic's name.
    #[arg(short = 'n', long = "toxicName", value_name = "NAME", default_value = "")]
    pub(super) name: String,

    #[command(flatten)]
    pub(super) of: OfProxy,
}

impl OfProxy {
    /// The name that a command about proxies needs.
    pub(super) fn name(&self) -> Result<&str, Error> {
        self.proxy.as_deref().filter(|name| !name.is_empty()).ok_or(Error::NoProxy)
    }

    /// The name that a command about toxics needs.
    pub(super) fn name_for_toxic(&self) -> Result<&str, Error> {
        self.name().map_err(|_| Error::NoProxyOfToxic)
    }
}

/// The value of a flag that is required.
pub(super) fn required<'a>(flag: &'static str, value: &'a str) -> Result<&'a str, Error> {
    if value.is_empty() { Err(Error::Empty { flag }) } else { Ok(value) }
}
