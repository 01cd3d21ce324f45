//! Postgres: a fresh cluster, without a password and without fsync.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::process::Command;

use crate::template;
use crate::{Account, Binary, Error, Recipe, Server, Signal, Site};

/// A database server with a fresh cluster, to be thrown away: [`Postgres::USER`] gets in without a
/// password, and a crash of the machine may lose what was written.
pub type Postgres = Server<PostgresRecipe>;

/// How a [`Postgres`] is run.
#[derive(Debug)]
pub struct PostgresRecipe;

impl Postgres {
    /// The one user, who may do all.
    pub const USER: &str = "postgres";
    /// The database there is from the start.
    pub const DATABASE: &str = "postgres";

    /// How clients call it.
    pub fn url(&self) -> String {
        format!("postgresql://{}@{}/{}", Self::USER, self.addr(), Self::DATABASE)
    }
}

impl Recipe for PostgresRecipe {
    const BINARY: Binary = Binary::POSTGRES;
    /// Ends open sessions, with a word to their clients.
    const STOP: Signal = Signal::Interrupt;
    /// Killed, it would leave shared memory behind.
    const ORPHANED: Signal = Signal::Quit;

    /// It refuses to run as root.
    fn account() -> Result<Option<Account>, Error> {
        Account::unprivileged(&["postgres"])
    }

    fn command(site: &Site) -> Result<Command, Error> {
        let data = site.directory.join("data");
        template::cluster(site, &data)?;
        let mut command = Command::new(&site.binary);
        command.arg("-D").arg(&data).args(["-p", &site.addr.port().to_string()]);
        for setting in [
            &format!("listen_addresses={}", site.addr.ip()),
            "unix_socket_directories=",
            "fsync=off",
        ] {
            command.args(["-c", setting]);
        }
        Ok(command)
    }

    /// The first message of a session is `R`, an authentication request, or `E`, while the server
    /// is still starting.
    fn is_ready(mut stream: TcpStream) -> io::Result<bool> {
        stream.write_all(&startup_message())?;
        let mut kind = [0];
        stream.read_exact(&mut kind)?;
        Ok(kind == *b"R")
    }
}

/// Length, protocol 3.0, and pairs of strings that end with an empty one.
fn startup_message() -> Vec<u8> {
    let parameters = format!("user\0{}\0database\0{}\0\0", Postgres::USER, Postgres::DATABASE);
    let length = u32::try_from(8 + parameters.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes(), &0x0003_0000_u32.to_be_bytes(), parameters.as_bytes()].concat()
}
