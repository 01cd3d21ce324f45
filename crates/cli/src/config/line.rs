//! What a gate of a configuration would be, in a line.

use std::fmt;

use chaosgate::Accepting;
use chaosgate_config::GateConfig;

/// A gate under its name.
pub(super) struct Line<'a> {
    pub(super) name: &'a str,
    pub(super) gate: &'a GateConfig,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let GateConfig { protocol, upstream, accepting, .. } = self.gate;
        let listen = self.gate.listen.as_deref().unwrap_or("a free port");
        write!(f, "{}: {protocol}, {listen} → {upstream}", self.name)?;
        let directions = [("to_server", &self.gate.to_server), ("to_client", &self.gate.to_client)];
        for (name, entries) in directions {
            for entry in entries {
                write!(f, ", {name} {entry}")?;
            }
        }
        if *accepting != Accepting::default() {
            write!(f, ", accepting {accepting}")?;
        }
        f.write_str(if self.gate.enabled { "" } else { ", not enabled" })
    }
}
