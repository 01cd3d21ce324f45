//! Pipes, by which the kernel moves bytes from socket to socket without a copy: splice(2).
//!
//! A direction holds one only while there are bytes in it. A few that are empty are kept for the next one, as
//! long as there is a direction that uses them. Whoever gets none reads and writes.

use std::cell::Cell;
use std::io::{self, Read as _};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use bytes::Bytes;
use nix::sys::signal::{SigSet, Signal};
use parking_lot::Mutex;
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, SpliceFlags, fcntl_setpipe_size, pipe_with, splice};

use crate::descriptors;

/// What a pipe takes at most: as much as a user without privileges may ask for.
pub(super) const SIZE: usize = 1 << 20;

/// So many at once are a quarter of the pages that a user without privileges may have in pipes: others are to
/// have some too.
const MOST: usize = 16;

/// So many that are empty are kept: about one for each thread.
const SPARE: usize = 4;

/// How many there are.
static COUNT: AtomicUsize = AtomicUsize::new(0);

static POOL: Mutex<Pool> = Mutex::new(Pool { users: 0, spare: Vec::new() });

/// The pipes that are empty.
struct Pool {
    /// How many directions use them.
    users: usize,
    spare: Vec<Pipe>,
}

/// A direction that uses pipes, as long as this is there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct InUse(());

impl InUse {
    pub(super) fn new() -> Self {
        POOL.lock().users += 1;
        InUse(())
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        let mut pool = POOL.lock();
        pool.users -= 1;
        let unused = if pool.users == 0 { std::mem::take(&mut pool.spare) } else { Vec::new() };
        drop(pool);
        drop(unused);
    }
}

/// A pipe without anything in it.
#[derive(Debug)]
struct Pipe {
    read: OwnedFd,
    write: OwnedFd,
    _counted: Counted,
}

/// Bytes that have been read, and are in the kernel's hands.
#[derive(Debug)]
pub(super) struct Piped {
    pipe: Pipe,
    length: usize,
}

impl Piped {
    /// Moves what is there out of a socket. `None` without a pipe to spare, and where only a read can tell
    /// what there is: nothing, an end, or urgent data.
    ///
    /// # Errors
    ///
    /// That of the socket, which tells it once.
    pub(super) fn read(socket: impl AsFd, most: usize) -> io::Result<Option<Self>> {
        let spare = POOL.lock().spare.pop();
        let Some(pipe) = spare.or_else(Pipe::new) else { return Ok(None) };
        match splice(socket, None, &pipe.write, None, most.min(SIZE), flags()) {
            Ok(length @ 1..) => return Ok(Some(Piped { pipe, length })),
            Ok(0) | Err(Errno::AGAIN | Errno::INTR | Errno::INVAL | Errno::NOMEM) => {}
            Err(error) => return Err(error.into()),
        }
        pipe.give_back();
        Ok(None)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Moves them into a socket, or as many as it takes now, and gives how many.
    pub(super) fn write(&mut self, socket: impl AsFd) -> io::Result<usize> {
        keep_the_signal();
        let moved = splice(&self.pipe.read, None, socket, None, self.length, flags())?;
        self.length -= moved;
        Ok(moved)
    }

    /// What is done with it when it is empty: the pipe can be used again.
    pub(super) fn give_back(self) {
        if self.length == 0 {
            self.pipe.give_back();
        }
    }

    /// Takes the bytes themselves.
    pub(super) fn into_bytes(self) -> io::Result<Bytes> {
        let mut bytes = vec![0; self.length];
        std::fs::File::from(self.pipe.read).read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// A write to a connection that is gone is an error. A splice would send a signal as well, which ends a process
/// that does not ignore it: this thread does not take it any more.
fn keep_the_signal() {
    thread_local! {
        static IS_KEPT: Cell<bool> = const { Cell::new(false) };
    }
    if !IS_KEPT.replace(true) {
        // It fails for no signal that there is.
        let _ = SigSet::from(Signal::SIGPIPE).thread_block();
    }
}

fn flags() -> SpliceFlags {
    SpliceFlags::MOVE | SpliceFlags::NONBLOCK
}

impl Pipe {
    /// `None` where there are enough of them, where half of all descriptors are taken, since clients need
    /// them more, and where the system gives none of that size.
    fn new() -> Option<Self> {
        let counted = Counted::one_more()?;
        let (read, write) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).ok()?;
        let is_large = fcntl_setpipe_size(&write, SIZE).is_ok_and(|size| size >= SIZE);
        (is_large && !descriptors::is_half_taken(&write)).then_some(Pipe {
            read,
            write,
            _counted: counted,
        })
    }

    /// It is empty, and others may have it.
    fn give_back(self) {
        let mut pool = POOL.lock();
        if pool.users > 0 && pool.spare.len() < SPARE {
            pool.spare.push(self);
        } else {
            drop(pool);
            drop(self);
        }
    }
}

/// One of the pipes that there are.
#[derive(Debug)]
struct Counted(());

impl Counted {
    fn one_more() -> Option<Self> {
        let counted = COUNT.fetch_add(1, Relaxed) < MOST;
        let this = Counted(());
        counted.then_some(this)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        COUNT.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::unix::net::UnixStream;

    use super::*;

    fn filled(bytes: &[u8]) -> Piped {
        let (mut near, far) = UnixStream::pair().expect("sockets");
        near.write_all(bytes).expect("it takes them");
        Piped::read(far, SIZE).expect("a socket").expect("a pipe")
    }

    #[test]
    fn what_is_piped_can_be_written_on_or_taken_out() {
        let mut piped = filled(b"written");
        let (near, mut far) = UnixStream::pair().expect("sockets");
        assert_eq!(piped.write(&near).expect("it takes them"), 7);
        piped.give_back();
        let mut bytes = [0; 7];
        far.read_exact(&mut bytes).expect("they have come");
        assert_eq!(&bytes, b"written");
        assert_eq!(filled(b"taken").into_bytes().expect("bytes"), "taken");
    }

    #[test]
    fn of_what_is_not_there_only_a_read_can_tell() {
        let (near, far) = UnixStream::pair().expect("sockets");
        far.set_nonblocking(true).expect("a socket");
        assert!(Piped::read(&far, SIZE).is_ok_and(|piped| piped.is_none()));
        drop(near);
        assert!(Piped::read(&far, SIZE).is_ok_and(|piped| piped.is_none()));
    }

    #[test]
    fn there_are_so_many_at_most() {
        let all: Vec<_> = std::iter::from_fn(Pipe::new).take(2 * MOST).collect();
        // Those of other tests count as well.
        assert!((1..=MOST).contains(&all.len()), "{}", all.len());
    }
}
