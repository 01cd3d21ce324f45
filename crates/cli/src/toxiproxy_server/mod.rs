//! The program under the name `toxiproxy-server`: the arguments of that server, and its ways of
//! beginning and ending.
//!
//! | to find | look in |
//! |---|---|
//! | its arguments | `flags.rs` |
//! | the words of its log | `words.rs` |
//! | what it does | this file |

mod flags;
mod words;

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::future::pending;
use std::path::Path;
use std::sync::Arc;

use chaosgate_server::native::Native;
use chaosgate_server::toxiproxy::{Configured, Dialect, VERSION};
use chaosgate_server::{Limits, Registry, Server};
use tracing_subscriber::filter::LevelFilter;

use crate::daemon;
use crate::error::{Error, USAGE};
use crate::log::Log;
use crate::output::{print, tell};
use crate::signals::Signals;
use flags::{Flags, Told};

/// Whether a program of this name is to be that server; in its image it has the shorter one.
pub(crate) fn is_meant_by(program: &OsStr) -> bool {
    Path::new(program)
        .file_stem()
        .is_some_and(|name| name == "toxiproxy-server" || name == "toxiproxy")
}

/// Runs it with these arguments, and gives its exit code.
pub(crate) fn run(arguments: &[OsString]) -> u8 {
    let result = match flags::read(arguments) {
        Ok(Told::Serve(flags)) => serve(&flags),
        Ok(Told::Help) => print(flags::USAGE).map_err(Error::from),
        Ok(Told::Version) => {
            print(format_args!("toxiproxy-server version {VERSION}\n")).map_err(Error::from)
        }
        Err(error) => {
            tell(error);
            tell(flags::USAGE);
            return USAGE;
        }
    };
    result.map_or_else(|error| error.report(), |()| 0)
}

fn serve(flags: &Flags) -> Result<(), Error> {
    let level = env::var("LOG_LEVEL").unwrap_or_default();
    let _log = Log::in_words(filter(&level).unwrap_or(LevelFilter::DEBUG), words::WORDS);
    if filter(&level).is_none() {
        tracing::error!(target: "chaosgate", value = level, "LOG_LEVEL is no level, and is ignored");
    }
    if !flags.ignored.is_empty() {
        let ignored = flags.ignored.join(" ");
        tracing::warn!(target: "chaosgate", ignored, "what is neither a flag nor a command is ignored");
    }
    daemon::raise_limit_of_descriptors();
    let runtime = crate::runtime()?;
    let result = runtime.block_on(run_until_signalled(flags));
    // It ends at once, whatever connections do.
    runtime.shutdown_background();
    result
}

/// Answers until a signal comes.
async fn run_until_signalled(flags: &Flags) -> Result<(), Error> {
    let mut signals = Signals::listen().map_err(Error::Signals)?;
    tokio::select! {
        () = answer(flags) => {}
        () = signals.next() => tracing::info!(target: "chaosgate", "Shutdown started"),
    }
    Ok(())
}

/// Answers without an end. Neither a bad configuration nor a taken port is one.
async fn answer(flags: &Flags) {
    let (address, limits) = (flags.address(), Limits::default());
    let seed = flags.seed.map_or_else(chaosgate::drawn_seed, i64::cast_unsigned);
    let (registry, token) = (Arc::new(Registry::new(seed)), daemon::its_token());
    let native = Native::new(registry.clone(), limits.clone()).with_token(token.clone());
    let dialect = Dialect::new(registry, limits.clone(), flags.measured).with_token(token.clone());
    flags.tell(VERSION, seed);
    if let Some(path) = &flags.config {
        load(&dialect, path).await;
    }
    match Server::bind(&address, limits).await {
        Ok(server) => {
            daemon::warn_if_open(&server, token.as_ref());
            let address = server.addresses().first().map(ToString::to_string);
            tracing::info!(target: "chaosgate", address, "Starting Toxiproxy HTTP server");
            server.run(dialect.router().merge(native.router()), pending()).await;
        }
        Err(error) => {
            tracing::error!(target: "chaosgate", address, %error, "the interface cannot listen");
            pending::<()>().await;
        }
    }
}

async fn load(dialect: &Dialect, path: &str) {
    let configuration = match fs::read(path) {
        Ok(configuration) => configuration,
        Err(error) => {
            tracing::error!(target: "chaosgate", config = path, %error, "Error reading config file");
            return;
        }
    };
    let Configured { complaints, remarks, proxies } = dialect.configure(&configuration).await;
    for warning in complaints.into_iter().map(|one| one.says).chain(remarks) {
        tracing::warn!(target: "chaosgate", config = path, "{warning}");
    }
    match proxies {
        Ok(proxies) => {
            tracing::info!(target: "chaosgate", config = path, proxies, "Populated proxies from file");
        }
        Err(error) => {
            let says = "Failed to populate proxies from file";
            tracing::error!(target: "chaosgate", config = path, %error, "{says}");
        }
    }
}

/// The levels of `LOG_LEVEL`. Nothing is as grave as the last two of them; and without one, all is
/// logged but each single hit, which the model knows nothing of.
fn filter(level: &str) -> Option<LevelFilter> {
    Some(match level.to_ascii_lowercase().as_str() {
        "trace" => LevelFilter::TRACE,
        "" | "debug" => LevelFilter::DEBUG,
        "info" => LevelFilter::INFO,
        "warn" => LevelFilter::WARN,
        "error" => LevelFilter::ERROR,
        "fatal" | "panic" => LevelFilter::OFF,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_files_name_counts() {
        for name in
            ["toxiproxy-server", "/usr/bin/toxiproxy-server", "t/toxiproxy.exe", "/toxiproxy"]
        {
            assert!(is_meant_by(OsStr::new(name)), "{name}");
        }
        for name in ["chaosgate", "toxiproxy-cli", "/toxiproxy-server/chaosgate", ""] {
            assert!(!is_meant_by(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn every_level_that_toxiproxy_has_is_one() {
        for level in ["", "trace", "debug", "info", "warn", "error", "fatal", "panic"] {
            assert!(filter(level).is_some(), "{level}");
            assert_eq!(filter(&level.to_ascii_uppercase()), filter(level));
        }
        assert_eq!(filter("loud"), None);
    }
}
