//! `chaosgate serve`: many gates, controlled over HTTP.
//!
//! | to find | look in |
//! |---|---|
//! | the daemon, from its beginning to its end | this file |
//! | bringing about a configuration | `configuration.rs` |
//! | when it is read again | `reading_again.rs` |
//! | what systemd is told | `supervisor.rs` |

mod configuration;
mod reading_again;
mod supervisor;

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use chaosgate::units::duration;
use chaosgate_server::native::Native;
use chaosgate_server::toxiproxy::{Dialect, Measured};
use chaosgate_server::{Limits, Registry, Server};
use tokio::sync::oneshot;

use crate::arguments::{LogFormat, Serve};
use crate::daemon;
use crate::error::Error;
use crate::log::Log;
use crate::output::{print_line, tell};
use crate::signals::{Hangups, Signals};
use configuration::Configuration;
use reading_again::read_again;
use supervisor::{State, feed_watchdog, tell as tell_supervisor};

/// Answers until a signal comes.
pub(crate) fn run(serve: &Serve) -> Result<(), Error> {
    let _log = match serve.log_format {
        LogFormat::Text => Log::for_people(serve.log),
        LogFormat::Json => Log::for_programs(serve.log),
    };
    daemon::raise_limit_of_descriptors();
    let runtime = crate::runtime()?;
    let result = runtime.block_on(answer(serve));
    // The connections are not waited for any more.
    runtime.shutdown_background();
    result
}

async fn answer(serve: &Serve) -> Result<(), Error> {
    // Before anybody is told that it is there, and sends one.
    let mut signals = Signals::listen().map_err(Error::Signals)?;
    let mut hangups = Hangups::listen().map_err(Error::Signals)?;
    let seed = serve.seed.unwrap_or_else(chaosgate::drawn_seed);
    let limits = Limits { drain: serve.drain, ..Limits::default() };
    let in_vain = |source| Error::Api { address: serve.api.clone(), source };
    let server = Server::bind(&serve.api, limits.clone()).await.map_err(in_vain)?;
    let registry = Arc::new(Registry::new(seed));
    let token = daemon::token(serve.token_file.as_deref())?;
    daemon::warn_if_open(&server, token.as_ref());
    let native = Native::new(registry.clone(), limits.clone()).with_token(token.clone());
    let dialect = Dialect::new(registry.clone(), limits, Measured::ALL).with_token(token);
    let mut configuration = Configuration::of(&dialect, serve.config.as_deref());
    tokio::select! {
        applied = configuration.begin() => applied?,
        // A name server may take its time.
        () = signals.next() => return Ok(()),
    }
    print_line(format_args!("listening on {}, seed {seed}", server.places().join(" and ")))?;

    let (end, ended) = oneshot::channel::<()>();
    let app = dialect.router().merge(native.router());
    let mut answering = pin!(server.run(app, async { drop(ended.await) }));
    tell_supervisor(State::Ready);
    tokio::select! {
        () = &mut answering => {}
        () = feed_watchdog() => {}
        () = read_again(&mut configuration, serve.watch, &mut hangups) => {}
        () = signals.next() => {}
    }
    // Both at once: what a call is doing is no reason to take a client.
    drop(end);
    tell_supervisor(State::Ending);
    let closing = registry.close();
    tell(Ending { connections: closing.connection_count(), within: serve.drain });
    let both = async { tokio::join!(answering, closing.wait(serve.drain)) };
    tokio::select! {
        _ = both => {}
        () = feed_watchdog() => {}
        () = signals.next() => {}
    }
    Ok(())
}

/// What is said at the end: who is waited for, and how long.
struct Ending {
    connections: usize,
    within: Duration,
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (connections, within) = (self.connections, duration::display(self.within));
        match connections {
            0 => f.write_str("ending")?,
            1 => write!(f, "ending: 1 connection may go on for {within}")?,
            more => write!(f, "ending: {more} connections may go on for {within}")?,
        }
        f.write_str("; the same again ends it at once")
    }
}
