//! A socket in the file system, which only its owner reaches.

use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::Mode;
use socket2::{Domain, SockAddr, SockRef, Socket, Type};
use tokio::net::{UnixListener, UnixStream};

/// Reads and writes of its owner.
const OWNER: u32 = 0o600;

/// How many clients wait to be let in.
const QUEUE: i32 = 128;

/// A socket in the file system. It goes with this.
#[derive(Debug)]
pub(crate) struct DoorOfPath {
    listener: UnixListener,
    path: PathBuf,
    /// What tells it from another one that has come to its path.
    inode: Option<u64>,
}

impl DoorOfPath {
    /// Makes a socket there. One that is left of a process which is gone makes way.
    ///
    /// # Errors
    ///
    /// If somebody listens there, something else than a socket is there, or none can be made.
    pub(crate) async fn new(path: &Path) -> io::Result<Self> {
        if path.as_os_str().is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "a path has to follow: unix:PATH",
            ));
        }
        make_way(path).await?;
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
        // Linux makes the file with the mode that the socket has, so that nobody else can come in meanwhile.
        rustix::fs::fchmod(&socket, Mode::from_raw_mode(OWNER))?;
        socket.bind(&SockAddr::unix(path)?)?;
        rustix::fs::chmod(path, Mode::from_raw_mode(OWNER))?;
        socket.set_nonblocking(true)?;
        socket.listen(QUEUE)?;
        let listener = UnixListener::from_std(std::os::unix::net::UnixListener::from(
            std::os::fd::OwnedFd::from(socket),
        ))?;
        Ok(DoorOfPath { listener, inode: inode(path), path: path.to_owned() })
    }

    pub(crate) async fn accept(&self) -> io::Result<UnixStream> {
        Ok(self.listener.accept().await?.0)
    }

    pub(crate) fn socket(&self) -> SockRef<'_> {
        SockRef::from(&self.listener)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for DoorOfPath {
    fn drop(&mut self) {
        if self.inode.is_some() && inode(&self.path) == self.inode {
            // It may be in a directory that has changed since.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn inode(path: &Path) -> Option<u64> {
    Some(std::fs::symlink_metadata(path).ok()?.ino())
}

/// Removes a socket at which nobody listens.
async fn make_way(path: &Path) -> io::Result<()> {
    let there = match std::fs::symlink_metadata(path) {
        Ok(there) => there,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if !there.file_type().is_socket() {
        let says = "something that is no socket is there already";
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, says));
    }
    match UnixStream::connect(path).await {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            std::fs::remove_file(path)
        }
        Ok(_) => Err(io::ErrorKind::AddrInUse.into()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn only_its_owner_reaches_it_and_it_goes_with_the_server() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("socket");
        let door = DoorOfPath::new(&path).await.expect("a socket");
        let mode = std::fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, OWNER);
        UnixStream::connect(&path).await.expect("somebody listens");
        drop(door);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn one_that_is_left_makes_way_and_one_that_is_used_does_not() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("socket");
        drop(std::os::unix::net::UnixListener::bind(&path).expect("a socket"));
        let door = DoorOfPath::new(&path).await.expect("nobody listens any more");
        let error = DoorOfPath::new(&path).await.expect_err("somebody listens");
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        drop(door);
        std::fs::write(&path, "kept").expect("a file");
        let error = DoorOfPath::new(&path).await.expect_err("a file");
        assert_eq!(error.to_string(), "something that is no socket is there already");
        assert_eq!(std::fs::read(&path).expect("a file"), b"kept");
    }

    #[tokio::test]
    async fn another_one_at_its_path_is_left_alone() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("socket");
        let door = DoorOfPath::new(&path).await.expect("a socket");
        std::fs::rename(&path, directory.path().join("moved")).expect("a file");
        std::fs::write(&path, "another").expect("a file");
        drop(door);
        assert!(path.exists());
    }
}
