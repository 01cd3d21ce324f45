//! What a gate is made with.

use std::marker::PhantomData;
use std::time::Duration;

use chaosgate_faults::How;
use tokio::runtime::Handle;

use super::{AnyGate, Gate, Protocol, Tcp, Udp};
use crate::engine::engine;
use crate::error::StartError;
use crate::route::Route;
use crate::seed::drawn_seed;
use crate::shared::{Settings, Shared};

/// Making.
impl<P: Protocol> Gate<P> {
    /// What a gate on this route is to be made with.
    pub fn builder(route: Route) -> Builder<P> {
        Builder::new(route)
    }

    /// A gate that listens, with the defaults of [`Builder`].
    ///
    /// # Errors
    ///
    /// [`StartError`] says what is wrong with the route.
    pub fn start_on(route: Route) -> Result<Self, StartError> {
        Gate::builder(route).start()
    }
}

/// What a gate is made with.
#[derive(Debug, Clone)]
pub struct Builder<P: Protocol = Tcp> {
    route: Route,
    settings: Settings,
    buffer_total: usize,
    runtime: Option<Handle>,
    protocol: PhantomData<fn() -> P>,
}

impl<P: Protocol> Builder<P> {
    /// The least that each direction of a connection can be allowed to hold, in bytes: 4 KiB.
    pub const LEAST_BUFFER: usize = 4 << 10;
    /// What each direction of a connection holds at most if nothing else is said, in bytes: 64 MiB.
    pub const BUFFER: usize = 64 << 20;
    /// What all connections hold together at most if nothing else is said, in bytes: 256 MiB.
    pub const BUFFER_TOTAL: usize = 256 << 20;
    /// After what silence a connection over UDP ends if nothing else is said: 60 s.
    pub const IDLE: Duration = Duration::from_mins(1);

    pub(super) fn new(route: Route) -> Self {
        Builder {
            route,
            settings: Settings {
                seed: drawn_seed(),
                buffer: Self::BUFFER,
                on_dial_failure: How::Reset,
                checks_upstream: true,
                left: 0,
                idle: Self::IDLE,
            },
            buffer_total: Self::BUFFER_TOTAL,
            runtime: None,
            protocol: PhantomData,
        }
    }

    /// Where every decision of chance comes from. The default is drawn, and
    /// [shown](AnyGate::seed).
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// The most bytes that each direction of a connection holds, 64 MiB by default and
    /// [`LEAST_BUFFER`](Self::LEAST_BUFFER) at least. Full means not reading, which the sender feels;
    /// a datagram that does not fit is dropped.
    #[must_use]
    pub fn buffer(mut self, bytes: usize) -> Self {
        self.settings.buffer = bytes.max(Self::LEAST_BUFFER);
        self
    }

    /// The most bytes that all connections hold together, 256 MiB by default.
    #[must_use]
    pub fn buffer_total(mut self, bytes: usize) -> Self {
        self.buffer_total = bytes;
        self
    }

    /// The runtime that the gate works on. The default is the [`engine`] of this process, so
    /// that a gate works in tests without a runtime, and across those of several. On one that is given
    /// here it works as long as that lives: then it is no longer [running](AnyGate::is_running), and
    /// what is asked of it fails. Its I/O and its time must be enabled, as they are with
    /// `#[tokio::main]`; tokio panics otherwise.
    #[must_use]
    pub fn runtime(mut self, handle: Handle) -> Self {
        self.runtime = Some(handle);
        self
    }

    /// Takes any text for an upstream: one that is no address fails when it is dialled, and not when
    /// the gate starts.
    #[must_use]
    pub fn unchecked_upstream(mut self) -> Self {
        self.settings.checks_upstream = false;
        self
    }

    /// A gate that listens.
    ///
    /// # Errors
    ///
    /// [`StartError`] says what is wrong with the route or the idle time.
    pub fn start(self) -> Result<Gate<P>, StartError> {
        let gate = self.build()?;
        gate.start()?;
        Ok(gate)
    }

    /// A gate that is yet to be [started](AnyGate::start). Its faults can be set already.
    ///
    /// # Errors
    ///
    /// [`StartError::Idle`] and [`StartError::Engine`].
    pub fn build(self) -> Result<Gate<P>, StartError> {
        Builder::check_idle(self.settings.idle)?;
        let runtime = match self.runtime {
            Some(runtime) => runtime,
            None => engine().map_err(|source| StartError::Engine { source })?,
        };
        let shared =
            Shared::new(self.route, self.settings, self.buffer_total, P::TRANSPORT, runtime);
        Ok(Gate { any: AnyGate::new(shared), protocol: self.protocol })
    }
}

impl Builder<Tcp> {
    /// What a client gets when the server cannot be reached: a reset by default.
    #[must_use]
    pub fn on_dial_failure(mut self, how: How) -> Self {
        self.settings.on_dial_failure = how;
        self
    }

    /// How many of the last [descriptors](crate::descriptors) that the process may have it leaves to
    /// others: none by default. A client that would need one waits as if there were none left.
    #[must_use]
    pub fn leave_descriptors(mut self, count: u64) -> Self {
        self.settings.left = count;
        self
    }
}

impl Builder<Udp> {
    /// The shortest idle time: connections that end at once again would do nothing but begin.
    const LEAST_IDLE: Duration = Duration::from_millis(1);

    /// Whether connections can end after such a silence.
    ///
    /// # Errors
    ///
    /// [`StartError::Idle`] says what the shortest is, 1 ms.
    pub fn check_idle(time: Duration) -> Result<(), StartError> {
        let least = Self::LEAST_IDLE;
        if time < least { Err(StartError::Idle { time, least }) } else { Ok(()) }
    }

    /// After what silence of both sides a connection ends: 60 s by default, and 1 ms at least.
    #[must_use]
    pub fn idle(mut self, time: Duration) -> Self {
        self.settings.idle = time;
        self
    }
}
