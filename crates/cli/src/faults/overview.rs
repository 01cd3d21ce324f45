//! The catalogue at a glance: a line for each fault, how values are written, and the ways of accepting.

use chaosgate::catalogue;
use chaosgate::{Accepting, Transport};

use super::text::{indented, table};
use crate::output::{STRONG, styled};

/// All of it.
pub(super) fn text() -> String {
    let mut faults = table();
    for kind in catalogue::all() {
        faults.add_row([kind.name, &kind.summary()]);
    }
    let mut values = table();
    let mut known = Vec::new();
    for kind in catalogue::values() {
        // Those with other bounds are written alike.
        let name = kind.to_string();
        if !known.contains(&name) {
            values.add_row([&name, kind.example().unwrap_or_default(), kind.units()]);
            known.push(name);
        }
    }
    let mut ways = table();
    for way in Accepting::ALL {
        let only = if way.suits(Transport::Datagram) { "" } else { " Not with --udp." };
        ways.add_row([way.to_string(), format!("{}{only}", about(way))]);
    }
    let section = |name, table| format!("{}\n{}\n", styled(STRONG, name), indented(2, table));
    section("faults, with --to-server and --to-client", faults)
        + &section("values", values)
        + &section("ways of taking new clients, with --accepting", ways)
        + HINTS
}

const HINTS: &str = "\
A fault is written NAME:FIELD=VALUE,... as in latency:delay=100ms,jitter=10ms. Where one field alone must be
given its value may stand alone, before all others: latency:100ms,jitter=10ms.
`chaosgate faults latency` tells all of one fault, and `chaosgate faults --long` of each.
";

/// What becomes of a client that connects.
fn about(way: Accepting) -> &'static str {
    match way {
        Accepting::Accept => "It is connected to the server.",
        Accepting::Hold => "It connects, and nobody answers; served once the gate accepts again.",
        Accepting::Refuse => "It gets \"connection refused\", as if no server ran.",
        Accepting::Reset => "It is accepted, and reset at once.",
        Accepting::Mute => "It is accepted, and nothing is ever read or written.",
        Accepting::Timeout => "Its connect times out, as if the server were unreachable (Linux).",
        _ => "",
    }
}
