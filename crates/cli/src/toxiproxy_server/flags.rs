//! The arguments of Toxiproxy's server, written as Go programs take them: with one dash or two, a
//! value behind `=` or as the next argument, and read up to the first that is no flag.

use std::ffi::OsString;

use chaosgate_server::toxiproxy::Measured;

/// What is said to who asks.
pub(super) const USAGE: &str = "\
Usage of toxiproxy-server:
  -host HOST         where the interface is reached (default localhost)
  -port PORT         the port of the interface (default 8474)
  -config FILE       a JSON file with the proxies to begin with
  -seed NUMBER       where every decision of chance comes from (default: drawn)
  -proxy-metrics     count the bytes of proxies, to be read at /metrics
  -runtime-metrics   measure the process, to be read at /metrics
  -version           print the version
  -help              print this
";

/// What the arguments ask for.
#[derive(Debug, PartialEq)]
pub(super) enum Told {
    Serve(Flags),
    Version,
    Help,
}

/// How it is to serve.
#[derive(Debug, PartialEq)]
pub(super) struct Flags {
    host: String,
    port: String,
    pub(super) config: Option<String>,
    pub(super) seed: Option<i64>,
    pub(super) measured: Measured,
    /// What stands behind the flags, and is for nothing.
    pub(super) ignored: Vec<String>,
}

impl Default for Flags {
    fn default() -> Self {
        Flags {
            host: "localhost".to_owned(),
            port: "8474".to_owned(),
            config: None,
            seed: None,
            measured: Measured::default(),
            ignored: Vec::new(),
        }
    }
}

impl Flags {
    /// Tells the log that it begins.
    pub(super) fn tell(&self, version: &str, seed: u64) {
        let Flags { host, port, .. } = self;
        tracing::info!(target: "chaosgate", host, port, version, seed, "Starting Toxiproxy");
    }

    /// Where the interface is to be reached.
    pub(super) fn address(&self) -> String {
        let Flags { host, port, .. } = self;
        match host.as_str() {
            // As Go has it: everywhere.
            "" => format!("[::]:{port}"),
            ip if ip.contains(':') => format!("[{ip}]:{port}"),
            host => format!("{host}:{port}"),
        }
    }
}

/// Why the arguments cannot be read.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(super) enum FlagError {
    #[error("flag provided but not defined: -{0}")]
    Unknown(String),
    #[error("flag needs an argument: -{0}")]
    NoValue(String),
    #[error("invalid value {value:?} for flag -{flag}: it must be {wanted}")]
    BadValue { flag: String, value: String, wanted: &'static str },
}

/// Reads what stands behind the program's name.
pub(super) fn read(arguments: &[OsString]) -> Result<Told, FlagError> {
    let mut flags = Flags::default();
    let mut wants_version = false;
    let mut arguments = arguments.iter().map(|argument| argument.to_string_lossy().into_owned());
    while let Some(argument) = arguments.next() {
        let Some(flag) = flag_in(&argument) else {
            flags.ignored = std::iter::once(argument).chain(arguments).collect();
            break;
        };
        let (name, inline) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (flag, None),
        };
        let bad = |value: &str, wanted| FlagError::BadValue {
            flag: name.to_owned(),
            value: value.to_owned(),
            wanted,
        };
        let boolean = |inline: Option<String>| match inline.as_deref() {
            None | Some("1" | "t" | "T" | "true" | "TRUE" | "True") => Ok(true),
            Some("0" | "f" | "F" | "false" | "FALSE" | "False") => Ok(false),
            Some(other) => Err(bad(other, "true or false")),
        };
        let mut value = |inline: Option<String>| {
            inline.or_else(|| arguments.next()).ok_or_else(|| FlagError::NoValue(name.to_owned()))
        };
        match name {
            "host" => flags.host = value(inline)?,
            "port" => flags.port = value(inline)?,
            "config" => flags.config = Some(value(inline)?).filter(|path| !path.is_empty()),
            "seed" => {
                let seed = value(inline)?;
                let number = seed.parse().map_err(|_| bad(&seed, "a whole number of 64 bits"))?;
                flags.seed = Some(number);
            }
            "proxy-metrics" => flags.measured.proxies = boolean(inline)?,
            "runtime-metrics" => flags.measured.process = boolean(inline)?,
            "version" => wants_version = boolean(inline)?,
            "h" | "help" => return Ok(Told::Help),
            unknown => return Err(FlagError::Unknown(unknown.to_owned())),
        }
    }
    Ok(if wants_version { Told::Version } else { Told::Serve(flags) })
}

/// The flag that an argument is, without its dashes.
fn flag_in(argument: &str) -> Option<&str> {
    let flag = argument.strip_prefix('-')?;
    let flag = flag.strip_prefix('-').unwrap_or(flag);
    (!flag.is_empty()).then_some(flag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> Result<Told, FlagError> {
        let arguments: Vec<_> = line.split_whitespace().map(OsString::from).collect();
        read(&arguments)
    }

    fn served(line: &str) -> Flags {
        match told(line) {
            Ok(Told::Serve(flags)) => flags,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn a_flag_has_one_dash_or_two_and_its_value_behind_it_or_next() {
        for line in ["-port 1", "--port 1", "-port=1", "--port=1"] {
            assert_eq!(served(line).address(), "localhost:1", "{line}");
        }
        let all = served("-host=:: -config c.json -seed -7 -proxy-metrics --runtime-metrics=true");
        assert_eq!(all.address(), "[::]:8474");
        assert_eq!((all.config.as_deref(), all.seed), (Some("c.json"), Some(-7)));
        assert_eq!(all.measured, Measured::ALL);
        assert_eq!(served("-proxy-metrics=false").measured, Measured::default());
    }

    #[test]
    fn what_follows_the_first_that_is_no_flag_is_ignored() {
        for line in ["extra -port 1", "- -port 1", "-- -port 1", ""] {
            let ignored = line.split_whitespace().map(str::to_owned).collect();
            assert_eq!(served(line), Flags { ignored, ..Flags::default() }, "{line}");
        }
    }

    #[test]
    fn help_and_version_are_told_apart() {
        for line in ["-h", "--help", "-version -help"] {
            assert_eq!(told(line), Ok(Told::Help), "{line}");
        }
        assert_eq!(told("-version -port 1"), Ok(Told::Version));
        assert_eq!(served("-version=false"), Flags::default());
    }

    #[test]
    fn what_cannot_be_read_is_told_as_in_go() {
        for (line, says) in [
            ("-prot 1", "flag provided but not defined: -prot"),
            ("-port", "flag needs an argument: -port"),
            ("-seed x", "invalid value \"x\" for flag -seed: it must be a whole number of 64 bits"),
            ("-version=yes", "invalid value \"yes\" for flag -version: it must be true or false"),
        ] {
            assert_eq!(told(line).unwrap_err().to_string(), says);
        }
    }
}
