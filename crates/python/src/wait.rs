//! A wait that Python can interrupt, and that an event loop can watch.
//!
//! What is waited for is waited for by the engine. When it is there, the engine writes a byte into a
//! socket, which takes no GIL; the other end is Python's. A thread of Python's that reads it can be
//! interrupted by a signal, and any event loop knows how to wait for a socket.

use std::io::{self, Write};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use crate::engine::Inherited;

/// What a wait ends with: nothing, or how to raise its error.
pub(crate) type Outcome = Result<(), Box<dyn Fn(Python<'_>) -> PyErr + Send + Sync>>;

type Waiting = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// A wait that has begun. It ends when it is over, or dropped.
#[pyclass(frozen, module = "chaosgate._engine")]
pub(crate) struct Wait {
    state: Inherited<State>,
}

struct State {
    outcome: Arc<Mutex<Option<Outcome>>>,
    /// The end of the socket pair that is Python's, until it has taken it; `None` too where there was
    /// nothing to wait for.
    bell: Mutex<Option<Socket>>,
    task: Option<AbortHandle>,
}

impl Wait {
    /// Begins to wait.
    ///
    /// # Errors
    ///
    /// Without a socket to spare.
    pub(crate) fn begin(
        runtime: &Handle,
        waiting: impl Future<Output = Outcome> + Send + 'static,
    ) -> PyResult<Self> {
        let mut waiting: Waiting = Box::pin(waiting);
        let outcome = Arc::new(Mutex::new(None));
        // tokio's timers want to know where they are.
        let inside = runtime.enter();
        if let Poll::Ready(is) = waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            *outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(is);
            let state = State { outcome, bell: Mutex::new(None), task: None };
            return Ok(Wait { state: Inherited::new(state) });
        }
        drop(inside);
        let (mut ring, bell) = pair()?;
        let told = outcome.clone();
        let task = runtime.spawn(async move {
            let is = waiting.await;
            *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(is);
            // Without anybody at the other end, nobody waits any more.
            let _ = ring.write_all(&[1]);
        });
        let (bell, task) = (Mutex::new(Some(bell)), Some(task.abort_handle()));
        Ok(Wait { state: Inherited::new(State { outcome, bell, task }) })
    }
}

impl Drop for State {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

#[pymethods]
impl Wait {
    /// The descriptor of a socket that becomes readable when it is over, which is the caller's from
    /// now on; `None` if it is over already.
    fn bell(&self) -> PyResult<Option<RawSocket>> {
        let state = self.state.get()?;
        let bell = state.bell.lock().unwrap_or_else(PoisonError::into_inner).take();
        Ok(bell.map(into_raw))
    }

    /// Raises what it has ended with, if that is an error.
    fn result(&self, py: Python<'_>) -> PyResult<()> {
        let state = self.state.get()?;
        match &*state.outcome.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(Err(raise)) => Err(raise(py)),
            Some(Ok(())) => Ok(()),
            None => Err(PyRuntimeError::new_err("the wait was ended, or the engine has failed")),
        }
    }

    /// Ends it, if it is not over: nobody waits any more.
    fn end(&self) -> PyResult<()> {
        if let Some(task) = &self.state.get()?.task {
            task.abort();
        }
        Ok(())
    }
}

#[cfg(unix)]
type Socket = std::os::unix::net::UnixStream;
#[cfg(unix)]
type RawSocket = std::os::fd::RawFd;

#[cfg(unix)]
fn pair() -> io::Result<(Socket, Socket)> {
    Socket::pair()
}

#[cfg(unix)]
fn into_raw(socket: Socket) -> RawSocket {
    std::os::fd::IntoRawFd::into_raw_fd(socket)
}

#[cfg(not(unix))]
type Socket = std::net::TcpStream;
#[cfg(not(unix))]
type RawSocket = std::os::windows::io::RawSocket;

/// Over the loopback interface. A stranger that gets in between is told apart by its address.
#[cfg(not(unix))]
fn pair() -> io::Result<(Socket, Socket)> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    let ring = Socket::connect(listener.local_addr()?)?;
    loop {
        let (bell, address) = listener.accept()?;
        if address == ring.local_addr()? {
            return Ok((ring, bell));
        }
    }
}

#[cfg(not(unix))]
fn into_raw(socket: Socket) -> RawSocket {
    std::os::windows::io::IntoRawSocket::into_raw_socket(socket)
}
