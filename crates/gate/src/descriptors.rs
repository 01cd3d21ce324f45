//! Descriptors: a process may have so many, and a gate can leave the last of them to others.
//!
//! The system gives out the lowest number that is free. So the number of a new descriptor tells how
//! many are taken at least, and nobody has to count.

use std::io;

use socket2::{Domain, Socket, Type};
use tokio::net::TcpListener;

use system::number;

/// How many descriptors the process may have, if that has a limit.
pub fn limit() -> Option<u64> {
    system::limits().0
}

/// Raises the [limit] as far as the process may do that itself. Gives what it was, if it is another
/// one now.
///
/// # Errors
///
/// If the system refuses.
pub fn raise_limit() -> io::Result<Option<u64>> {
    let (soft, hard) = system::limits();
    if soft == hard {
        return Ok(None);
    }
    system::raise_limit()?;
    Ok(soft)
}

/// Whether this socket has one of the last `count` descriptors.
pub fn is_among_last(count: u64, socket: &Socket) -> bool {
    count > 0 && is_last(count, number(socket))
}

/// Fails as if there were none left, if this socket has one of the last `count`.
pub(crate) fn leave(count: u64, socket: &Socket) -> io::Result<()> {
    if count > 0 && is_last(count, number(socket)) {
        return Err(system::none_left());
    }
    Ok(())
}

/// Whether somebody waits to be accepted. Without descriptors an accept fails though nobody does.
pub fn has_client(listener: &Socket) -> bool {
    system::is_readable(listener)
}

/// Fails as if there were none left, if a new socket would have one of the last `count`.
pub(crate) fn leave_next(count: u64) -> io::Result<()> {
    if count == 0 {
        return Ok(());
    }
    leave(count, &Socket::new(Domain::IPV4, Type::DGRAM, None)?)
}

/// A descriptor that is kept for a client's dial since before the client was accepted.
#[derive(Debug, Default)]
pub(crate) struct Kept(Option<system::Duplicate>);

impl Kept {
    /// Frees it, for the dial.
    pub(crate) fn free(&mut self) {
        self.0 = None;
    }
}

/// Keeps a descriptor for the dial of the next client. Fails as if there were none left, if one waits
/// that would, with its dial, take one of the last `count`.
pub(crate) fn keep_for_dial(count: u64, listener: &TcpListener) -> io::Result<Kept> {
    if count == 0 {
        return Ok(Kept::default());
    }
    let [dial, client] = [(); 2].map(|()| system::duplicate(listener));
    let is_last = |one: &Option<_>| one.as_ref().is_none_or(|one| is_last(count, number(one)));
    if (is_last(&dial) || is_last(&client)) && system::is_readable(listener) {
        return Err(system::none_left());
    }
    Ok(Kept(dial))
}

/// Whether half of the descriptors are taken, so that this one has a number behind them.
#[cfg(target_os = "linux")]
pub(crate) fn is_half_taken(descriptor: &impl std::os::fd::AsRawFd) -> bool {
    is_last(limit().unwrap_or_default() / 2, number(descriptor))
}

/// Whether that says that there are none left.
pub(crate) fn are_short(error: &io::Error) -> bool {
    system::are_short(error)
}

fn is_last(count: u64, number: u64) -> bool {
    limit().is_some_and(|limit| number >= limit.saturating_sub(count))
}

#[cfg(unix)]
mod system {
    use std::io;
    use std::os::fd::{AsFd, AsRawFd, OwnedFd};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    /// The limit that holds, and how far it can be raised.
    pub(super) fn limits() -> (Option<u64>, Option<u64>) {
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        (current, maximum)
    }

    pub(super) fn raise_limit() -> io::Result<()> {
        let limit = getrlimit(Resource::Nofile);
        Ok(setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })?)
    }

    pub(super) fn number(socket: &impl AsRawFd) -> u64 {
        u64::try_from(socket.as_raw_fd()).unwrap_or_default()
    }

    pub(crate) type Duplicate = OwnedFd;

    /// A duplicate, whose number is that of the next descriptor; `None` if there is none.
    pub(super) fn duplicate(socket: &impl AsFd) -> Option<Duplicate> {
        rustix::io::fcntl_dupfd_cloexec(socket, 0).ok()
    }

    pub(super) fn is_readable(socket: &impl AsFd) -> bool {
        let mut polled = [PollFd::new(socket, PollFlags::IN)];
        poll(&mut polled, Some(&Timespec::default())).is_ok_and(|ready| ready > 0)
    }

    pub(super) fn none_left() -> io::Error {
        Errno::MFILE.into()
    }

    pub(super) fn are_short(error: &io::Error) -> bool {
        [Errno::MFILE, Errno::NFILE]
            .map(Errno::raw_os_error)
            .map(Some)
            .contains(&error.raw_os_error())
    }
}

/// Where sockets have no descriptors, nobody runs out of them.
#[cfg(not(unix))]
mod system {
    use std::io;

    pub(super) fn limits() -> (Option<u64>, Option<u64>) {
        (None, None)
    }

    pub(super) fn raise_limit() -> io::Result<()> {
        Ok(())
    }

    pub(super) fn number<S>(_: &S) -> u64 {
        0
    }

    pub(crate) type Duplicate = ();

    pub(super) fn duplicate<S>(_: &S) -> Option<Duplicate> {
        Some(())
    }

    pub(super) fn is_readable<S>(_: &S) -> bool {
        false
    }

    pub(super) fn none_left() -> io::Error {
        io::ErrorKind::OutOfMemory.into()
    }

    pub(super) fn are_short(_: &io::Error) -> bool {
        false
    }
}
