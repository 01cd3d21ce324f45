//! `chaosgate serve`: many gates, controlled over HTTP.

use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use chaosgate::units::duration;
use chaosgate_config::Config;
use chaosgate_server::native::Native;
use chaosgate_server::toxiproxy::{Configured, Dialect, Measured};
use chaosgate_server::{Limits, Registry, Server};
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use crate::arguments::{LogFormat, Serve};
use crate::config;
use crate::daemon;
use crate::error::Error;
use crate::log::Log;
use crate::output::{print_line, tell};
use crate::signals::Signals;

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
    let seed = serve.seed.unwrap_or_else(chaosgate::drawn_seed);
    let limits = Limits { drain: serve.drain, ..Limits::default() };
    let in_vain = |source| Error::Api { address: serve.api.clone(), source };
    let server = Server::bind(&serve.api, limits.clone()).await.map_err(in_vain)?;
    let registry = Arc::new(Registry::new(seed));
    let token = daemon::token();
    daemon::warn_if_open(&server, token.as_ref());
    let native = Native::new(registry.clone(), limits.clone()).with_token(token.clone());
    let dialect = Dialect::new(registry.clone(), limits, Measured::ALL).with_token(token);
    if let Some(path) = &serve.config {
        tokio::select! {
            loaded = load(&dialect, path) => loaded?,
            // A name server may take its time.
            () = signals.next() => return Ok(()),
        }
    }
    let addresses: Vec<_> = server.addresses().iter().map(SocketAddr::to_string).collect();
    print_line(format_args!("listening on {}, seed {seed}", addresses.join(" and ")))?;

    let (end, ended) = oneshot::channel::<()>();
    let app = dialect.router().merge(native.router());
    let mut answering = pin!(server.run(app, async { drop(ended.await) }));
    tokio::select! {
        () = &mut answering => {}
        () = signals.next() => {}
    }
    // Both at once: what a call is doing is no reason to take a client.
    drop(end);
    let closing = registry.close();
    tell(Ending { connections: closing.connection_count(), within: serve.drain });
    let both = async { tokio::join!(answering, closing.wait(serve.drain)) };
    tokio::select! {
        _ = both => {}
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

/// Brings about what the configuration says, all of it: gates by name, or Toxiproxy's list of proxies.
async fn load(dialect: &Dialect, path: &Path) -> Result<(), Error> {
    // On a thread of its own, since what is read may be a pipe that nobody writes to.
    let file = path.to_owned();
    let read = spawn_blocking(move || config::document(&file)).await;
    let document = read.map_err(|error| Error::Runtime(error.into()))??;
    let failed = |source: Box<dyn std::error::Error>| Error::Configuration {
        path: path.to_owned(),
        reason: source.to_string(),
    };
    if !document.is_list() {
        let config = Config::from_document(&document)?;
        return dialect.apply(config).await.map_err(|error| failed(error.into()));
    }
    let Configured { complaints, remarks, proxies } =
        dialect.configure_as(document.to_json()).await;
    for remark in remarks {
        tracing::warn!(target: "chaosgate", "{remark}");
    }
    let mut wrong: Vec<_> =
        complaints.iter().map(|one| (one.at.as_str(), one.says.clone())).collect();
    match &proxies {
        Err(error) if error.is_wrong() => wrong.push((error.at(), error.to_string())),
        Err(_) if wrong.is_empty() => {
            return proxies.map(drop).map_err(|error| failed(error.into()));
        }
        _ => {}
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(document.refuse_at(wrong).into())
}
