//! The network of their own in which the proxies run: no traffic but theirs, nobody who could reach
//! them, and a congestion control that does not pace, which some machines have for all connections.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::process::{Command, Stdio};

use crate::error::Error;
use crate::run::{line, run};

/// Which network the proxies run in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Network {
    /// One of their own.
    Private,
    /// The machine's: another one is not permitted.
    Machine,
}

/// The processes end with the one that made them, whatever it ends by.
const UNSHARED: [&str; 5] = ["--net", "--pid", "--fork", "--kill-child", "--mount-proc"];

/// A name of congestion control that is not permitted leaves the one before.
const PREPARE: &str = r#"ip link set lo up
sysctl -qw net.ipv4.tcp_congestion_control=cubic 2>/dev/null ||
    sysctl -qw net.ipv4.tcp_congestion_control=reno
sysctl -qw net.ipv4.ip_local_port_range="10000 65000""#;

/// Thousands of connections take as many descriptors as there may be.
const RUN: &str = r#"ulimit -n "$(ulimit -Hn)"; exec "$@""#;

/// Runs this task again with these arguments, inside of a network.
pub(super) fn enter(arguments: impl Iterator<Item = OsString>) -> Result<(), Error> {
    let network = if may_unshare() { Network::Private } else { Network::Machine };
    let this = env::current_exe().map_err(Error::file("find", "xtask"))?;
    let (mut command, script, name) = match network {
        Network::Private => {
            let mut command = Command::new("unshare");
            command.args(UNSHARED).arg("sh");
            (command, format!("{PREPARE}\n{RUN}"), "private")
        }
        Network::Machine => (Command::new("sh"), RUN.to_owned(), "machine"),
    };
    command.args(["-c", &script, "bench"]).arg(this).args(arguments).args(["--inside", name]);
    run(&mut command)
}

fn may_unshare() -> bool {
    let mut probe = Command::new("unshare");
    probe.args(UNSHARED).arg("true").stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}

impl Network {
    /// The network in a sentence.
    pub(super) fn described(self) -> String {
        let control = fs::read_to_string("/proc/sys/net/ipv4/tcp_congestion_control");
        let control = control.unwrap_or_else(|_| "an unknown congestion control".to_owned());
        let control = control.trim();
        match self {
            Self::Private => format!("a network namespace of its own, {control}"),
            Self::Machine => {
                let probe = line(Command::new("unshare").args(UNSHARED));
                format!("the machine's own network, {control} (`{probe}` is not permitted)")
            }
        }
    }
}
