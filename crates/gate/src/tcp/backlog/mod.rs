//! The queue of clients that the kernel has connected and nobody has accepted yet, and how it is
//! kept full.
//!
//! Where the queue is full, Linux drops the SYN of a client that connects, which therefore waits
//! and sends it again, until its connect times out. A queue of length 0 is full with one client in
//! it: the gate's own, unless a real one waits there already. It stays full until somebody accepts,
//! also when that client has closed its socket.

#[cfg(target_os = "linux")]
mod linux;
mod own;

use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use linux::fill;
use own::Own;
#[cfg(target_os = "linux")]
use parking_lot::Mutex;
use socket2::Socket;

use crate::error::BacklogError;

/// Clients that may wait to be accepted.
pub(super) const BACKLOG: i32 = 1024;

/// The queue of one listening socket.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    /// Held for a system call or two, and not while somebody fills the queue, which may take longer.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    own: Own,
    /// Nobody takes anything off it.
    is_closed: bool,
    /// Whose turn it is to take: that of the loop which has begun last.
    turn: u64,
    /// Who wanted to meanwhile.
    waiting: Vec<Waker>,
}

/// Nobody takes anything off the queue as long as this lives: it is being filled and the way of accepting
/// has yet to be changed, or it is about to belong to another gate.
#[derive(Debug)]
#[must_use = "it may be taken from at once otherwise"]
pub(super) struct Closed(Arc<Backlog>);

impl Backlog {
    /// Begins a turn, that of a loop which takes clients off the queue: the loops before take none any
    /// more when this has returned.
    pub(super) fn begin_turn(&self) -> u64 {
        let mut state = self.state.lock();
        state.turn += 1;
        state.turn
    }

    /// Takes something off the queue by `take`, if it is this turn; while the queue is closed the task
    /// waits, and is woken when that is over.
    pub(super) fn poll_take<T>(
        &self,
        turn: u64,
        cx: &mut Context<'_>,
        take: impl FnOnce(&mut Own, &mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        let mut state = self.state.lock();
        if state.turn != turn {
            // It is about to be aborted.
            return Poll::Pending;
        }
        if !state.is_closed {
            return take(&mut state.own, cx);
        }
        if !state.waiting.iter().any(|waiting| waiting.will_wake(cx.waker())) {
            state.waiting.push(cx.waker().clone());
        }
        Poll::Pending
    }

    /// Closes it to who takes clients off it. Only who holds the lock of its gate does.
    pub(super) fn close(self: &Arc<Self>) -> Closed {
        self.state.lock().is_closed = true;
        Closed(self.clone())
    }

    /// Whether somebody waits until the queue is open.
    #[cfg(test)]
    pub(super) fn is_waited_for(&self) -> bool {
        !self.state.lock().waiting.is_empty()
    }

    /// The kernel has thrown the queue away.
    pub(super) fn forget(&self) {
        self.state.lock().own.0.clear();
    }
}

impl Closed {
    /// Makes the queue full: the SYN of a client that connects from now on is dropped, until the
    /// socket is told to listen with another length. On an error it may have been made shorter.
    pub(super) fn fill(&self, listener: &Socket, address: SocketAddr) -> Result<(), BacklogError> {
        let mut own = Own::default();
        let filled = fill(&mut own, listener, address);
        self.0.state.lock().own.0.append(&mut own.0);
        filled
    }
}

impl Drop for Closed {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.is_closed = false;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }
}

#[cfg(not(target_os = "linux"))]
fn fill(_: &mut Own, _: &Socket, _: SocketAddr) -> Result<(), BacklogError> {
    Err(BacklogError::Unsupported)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::{TcpListener, TcpStream};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use socket2::SockRef;

    use super::*;

    /// Counts how often it was woken.
    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Whether the backlog has a connection of the gate's own with this address.
    fn takes(backlog: &Backlog, address: SocketAddr) -> bool {
        backlog.state.lock().own.take(address)
    }

    /// A listener, and where it is.
    fn listener() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        (listener, address)
    }

    fn fill(
        backlog: &Arc<Backlog>,
        listener: &TcpListener,
        address: SocketAddr,
    ) -> Result<Closed, BacklogError> {
        let closed = backlog.close();
        closed.fill(&SockRef::from(listener), address).map(|()| closed)
    }

    #[test]
    fn it_knows_its_own_connection_and_no_other() {
        let (listener, address) = listener();
        let backlog = Arc::<Backlog>::default();
        drop(fill(&backlog, &listener, address).expect("full"));
        SockRef::from(&listener).listen(BACKLOG).expect("a longer queue");
        let client = TcpStream::connect(address).expect("a place in it");
        let [first, second] = [(); 2].map(|()| listener.accept().expect("one in the queue").1);
        assert_eq!(second, client.local_addr().expect("an address"));
        assert!(!takes(&backlog, second), "a client");
        assert!(takes(&backlog, first), "its own");
        assert!(!takes(&backlog, first), "it is gone");
    }

    #[test]
    fn who_would_take_from_a_queue_that_is_being_filled_is_told_when_that_is_over() {
        let (listener, address) = listener();
        let backlog = Arc::<Backlog>::default();
        let count = Arc::<Count>::default();
        let (waker, woken) = (Waker::from(count.clone()), || count.0.load(Ordering::Relaxed));
        let turn = backlog.begin_turn();
        let take = || {
            let mut cx = Context::from_waker(&waker);
            backlog.poll_take(turn, &mut cx, |_, _| Poll::Ready(()))
        };
        let full = fill(&backlog, &listener, address).expect("full");
        assert_eq!([take(), take()], [Poll::Pending; 2]);
        assert_eq!(woken(), 0);
        drop(full);
        assert_eq!((woken(), take()), (1, Poll::Ready(())));
    }

    #[test]
    fn who_has_had_a_turn_takes_nothing_when_another_has_begun() {
        let backlog = Arc::<Backlog>::default();
        let turns = [backlog.begin_turn(), backlog.begin_turn()];
        let mut cx = Context::from_waker(Waker::noop());
        let taken = turns.map(|turn| backlog.poll_take(turn, &mut cx, |_, _| Poll::Ready(())));
        assert_eq!(taken, [Poll::Pending, Poll::Ready(())]);
    }

    #[test]
    fn a_client_in_the_queue_fills_it_also_when_it_has_gone() {
        let (listener, address) = listener();
        let backlog = Arc::<Backlog>::default();
        drop(TcpStream::connect(address).expect("a place in the queue"));
        drop(fill(&backlog, &listener, address).expect("full"));
        assert!(backlog.state.lock().own.0.is_empty(), "it needs no connection of its own");
    }

    #[test]
    fn a_queue_that_it_cannot_get_into_is_an_error() {
        let ((listener, _), (_other, address)) = (listener(), listener());
        let backlog = Arc::<Backlog>::default();
        let error = fill(&backlog, &listener, address).expect_err("it gets into the other queue");
        assert!(matches!(error, BacklogError::NotQueued { .. }), "{error}");
        let state = backlog.state.lock();
        assert!(state.own.0.is_empty() && !state.is_closed);
    }

    #[test]
    fn a_kernel_that_lets_clients_into_a_full_queue_is_an_error() {
        let ((listener, full), (_other, open)) = (listener(), listener());
        let _queued = TcpStream::connect(full).expect("a place in the queue");
        let error = fill(&Arc::default(), &listener, open).expect_err("one more gets in");
        assert!(matches!(error, BacklogError::NotFull), "{error}");
    }
}
