//! All that differs from one kind of server to the next.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Command;

use crate::{Account, Binary, Error, Signal};

/// How one kind of server is run.
pub trait Recipe {
    /// Its program.
    const BINARY: Binary;
    /// What makes it stop soon and in order.
    const STOP: Signal;
    /// What the kernel sends it when this process ends without having stopped it.
    const ORPHANED: Signal = Signal::Kill;

    /// The account it runs as, if not as the one of this process.
    ///
    /// # Errors
    /// If there is no such account.
    fn account() -> Result<Option<Account>, Error> {
        Ok(None)
    }

    /// Writes what the server needs into its directory, and gives the command that runs it in the
    /// foreground.
    ///
    /// # Errors
    /// If the directory cannot be prepared.
    fn command(site: &Site) -> Result<Command, Error>;

    /// Asks something of the server on a fresh connection. Whether the answer is that of a server
    /// that is ready.
    ///
    /// # Errors
    /// If the connection fails, which for a server that is just starting is an answer too.
    fn is_ready(stream: TcpStream) -> io::Result<bool>;
}

/// Where a server runs.
#[derive(Debug, Clone)]
pub struct Site {
    /// The server's program.
    pub binary: PathBuf,
    /// A directory of its own, which is removed after it. It belongs to the recipe's account.
    pub directory: PathBuf,
    /// Where it has to listen.
    pub addr: SocketAddr,
    /// The account it runs as, if not as the one of this process.
    pub account: Option<Account>,
}
