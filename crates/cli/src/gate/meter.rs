//! What goes through a gate in a second, for a person at a terminal.

use std::fmt::Write;
use std::time::Instant;

use chaosgate::{AnyGate, Direction, EntryHandle, Transport};

use super::report::Totals;
use crate::output::{counted, in_bytes_per_second, in_s, rate};

/// Reads what has gone through a gate since it was last read.
pub(super) struct Meter<'a> {
    gate: &'a AnyGate,
    entries: &'a [(Direction, EntryHandle)],
    started: Instant,
    last: Reading,
    /// Whether that was as the one before.
    was_idle: bool,
}

struct Reading {
    at: Instant,
    connections: usize,
    totals: Totals,
}

impl<'a> Meter<'a> {
    pub(super) fn of(gate: &'a AnyGate, entries: &'a [(Direction, EntryHandle)]) -> Self {
        let last = Reading::of(gate, entries);
        Meter { gate, entries, started: last.at, last, was_idle: true }
    }

    /// What is going through in a line: connections, rates, hits. `None` if nothing has happened once more.
    pub(super) fn read(&mut self) -> Option<String> {
        let now = Reading::of(self.gate, self.entries);
        let before = std::mem::replace(&mut self.last, now);
        let now = &self.last;
        let is_idle = now.connections == before.connections && now.totals == before.totals;
        if std::mem::replace(&mut self.was_idle, is_idle) && is_idle {
            return None;
        }
        let time = now.at - before.at;
        let connections = counted(now.connections as u64, "connection");
        let mut line = format!("+{}: {connections}", in_s(now.at - self.started));
        for direction in Direction::BOTH {
            let [volume, before] = [now, &before].map(|reading| reading.totals.volume(direction));
            let bytes = in_bytes_per_second(rate(volume.received - before.received, time));
            let _ = write!(line, "; {direction} {bytes}");
            if self.gate.transport() == Transport::Datagram {
                let datagrams = rate(volume.segments - before.segments, time);
                let _ = write!(line, " in {datagrams:.0} datagrams/s");
            }
            line += &now.totals.hits(direction);
        }
        Some(line)
    }
}

impl Reading {
    fn of(gate: &AnyGate, entries: &[(Direction, EntryHandle)]) -> Self {
        let (connections, totals) = (gate.connection_count(), Totals::of(gate, entries));
        Reading { at: Instant::now(), connections, totals }
    }
}
