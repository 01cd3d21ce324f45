//! The lines of the log that programs wait for, in the words of Toxiproxy's server: those of containers'
//! wait strategies, and of what launches it as a child.

use tracing::Level;

use crate::log::Words;

/// What becomes of proxies and their clients.
pub(super) const WORDS: &[Words] = &[
    Words { of: "started", level: Level::INFO, says: "Started proxy" },
    Words { of: "stopped", level: Level::INFO, says: "Terminated proxy" },
    Words { of: "accepted", level: Level::INFO, says: "Accepted client" },
    Words { of: "accept_failed", level: Level::WARN, says: "Error while accepting client" },
    Words { of: "dial_failed", level: Level::ERROR, says: "Unable to open connection to upstream" },
];
