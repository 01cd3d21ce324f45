//! Where the interface is reached: at addresses of TCP, and on Unix at a path.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::net::SocketAddr;

use socket2::SockRef;
use tokio::net::{TcpListener, lookup_host};

use crate::client::Client;
#[cfg(unix)]
use crate::door_of_path::DoorOfPath;

/// What an address at which nobody listens over TCP begins with.
pub(crate) const UNIX: &str = "unix:";

/// A place where clients come in.
#[derive(Debug)]
pub(crate) enum Door {
    /// An address of TCP.
    Tcp(TcpListener),
    /// A path.
    #[cfg(unix)]
    Path(DoorOfPath),
}

impl Door {
    /// All doors of an address: `HOST:PORT`, or `unix:PATH`.
    ///
    /// # Errors
    ///
    /// If nobody can listen at one of them, or there is none.
    pub(crate) async fn all_of(address: &str) -> io::Result<Vec<Self>> {
        match address.strip_prefix(UNIX) {
            Some(path) => Ok(vec![of_path(path).await?]),
            None => of_tcp(address).await,
        }
    }

    /// Waits for a client.
    pub(crate) async fn accept(&self) -> io::Result<Client> {
        match self {
            Door::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // An answer is small, and somebody waits for it.
                let _ = stream.set_nodelay(true);
                Ok(Box::new(stream))
            }
            #[cfg(unix)]
            Door::Path(door) => Ok(Box::new(door.accept().await?)),
        }
    }

    /// Its socket.
    pub(crate) fn socket(&self) -> SockRef<'_> {
        match self {
            Door::Tcp(listener) => SockRef::from(listener),
            #[cfg(unix)]
            Door::Path(door) => door.socket(),
        }
    }

    /// The address, if it is one of TCP.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        match self {
            Door::Tcp(listener) => listener.local_addr().ok(),
            #[cfg(unix)]
            Door::Path(_) => None,
        }
    }
}

impl fmt::Display for Door {
    /// As it is written where it is to be reached.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Door::Tcp(listener) => match listener.local_addr() {
                Ok(address) => address.fmt(f),
                Err(_) => f.write_str("an unknown address"),
            },
            #[cfg(unix)]
            Door::Path(door) => write!(f, "{UNIX}{}", door.path().display()),
        }
    }
}

/// Every address of `HOST:PORT` that this machine has.
async fn of_tcp(address: &str) -> io::Result<Vec<Door>> {
    let mut listeners: Vec<TcpListener> = Vec::new();
    let mut missing = io::ErrorKind::AddrNotAvailable.into();
    // A list of hosts may have one twice.
    let addresses: BTreeSet<_> = lookup_host(address).await?.collect();
    for mut at in addresses {
        if let (0, Some(first)) = (at.port(), listeners.first()) {
            at.set_port(first.local_addr()?.port());
        }
        match TcpListener::bind(at).await {
            Ok(listener) => listeners.push(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
            // Many machines name ::1 for localhost and do not have it.
            Err(error) => missing = error,
        }
    }
    if listeners.is_empty() {
        return Err(missing);
    }
    Ok(listeners.into_iter().map(Door::Tcp).collect())
}

#[cfg(unix)]
async fn of_path(path: &str) -> io::Result<Door> {
    DoorOfPath::new(path.as_ref()).await.map(Door::Path)
}

#[cfg(not(unix))]
#[expect(clippy::unused_async, reason = "as its twin")]
async fn of_path(_: &str) -> io::Result<Door> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "sockets have no paths on this system"))
}
