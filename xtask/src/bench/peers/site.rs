//! Where a proxy runs: its addresses, its files, its fault.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use crate::bench::measure::{Fault, Measure};
use crate::error::Error;

/// Where a proxy runs.
#[derive(Debug)]
pub(crate) struct Site {
    /// For its files.
    pub(super) directory: PathBuf,
    /// Where it listens.
    pub(crate) listen: SocketAddr,
    /// Where the server is.
    pub(crate) upstream: SocketAddr,
    /// Where it may be told what it shall do.
    pub(super) control: SocketAddr,
    /// Whether it passes datagrams.
    pub(super) is_udp: bool,
    /// What it does to what the server sends.
    pub(super) fault: Option<Fault>,
}

impl Site {
    /// A site for a measure, with ports that are free.
    pub(crate) fn new(directory: &Path, measure: &Measure) -> Result<Self, Error> {
        let [listen, upstream, control] = ports().map_err(Error::file("listen on", "127.0.0.1"))?;
        Ok(Site {
            directory: directory.to_owned(),
            listen,
            upstream,
            control,
            is_udp: measure.is_udp(),
            fault: measure.fault,
        })
    }

    /// Writes a file into its directory.
    pub(super) fn file(&self, name: &str, content: &str) -> Result<PathBuf, Error> {
        let path = self.directory.join(name);
        fs::write(&path, content).map_err(Error::file("write", &path))?;
        Ok(path)
    }
}

/// Three that differ, since all are held until the last one is known.
fn ports() -> io::Result<[SocketAddr; 3]> {
    let listener = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let listeners = [listener()?, listener()?, listener()?];
    let [first, second, third] = &listeners;
    Ok([first.local_addr()?, second.local_addr()?, third.local_addr()?])
}

#[cfg(test)]
impl Site {
    /// A site whose ports are known.
    pub(super) fn known(directory: &Path, is_udp: bool, fault: Option<Fault>) -> Self {
        let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let (listen, upstream, control) = (at(1), at(2), at(3));
        Site { directory: directory.to_owned(), listen, upstream, control, is_udp, fault }
    }
}
