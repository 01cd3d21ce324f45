//! What a client may see, given the ways of accepting that it may have met.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Condvar, Mutex};

use chaosgate::Accepting::{self, Accept, Hold, Mute, Refuse, Reset, Timeout};

use super::support::SOON;
use super::versions::Span;

/// What a client has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Seen {
    /// Nobody has answered its connect.
    NotConnected,
    Refused,
    /// It was connected, and that is all.
    Silence,
    Reset,
    /// The server has answered.
    Served,
    /// The connection has ended in order, which nobody asked for.
    Closed,
}

/// Counts of what was seen, and what must not have been.
#[derive(Default)]
pub(crate) struct Verdicts {
    visits: Mutex<u64>,
    visited: Condvar,
    violations: Mutex<Vec<String>>,
    /// What was seen by clients that met one way of accepting only.
    sure: Mutex<BTreeMap<(&'static str, Seen), u64>>,
    /// Clients that would have been caught had they got to the server.
    kept_from_server: AtomicU64,
    /// Clients of `Timeout` that would have been caught had they been connected.
    kept_out: AtomicU64,
}

impl Verdicts {
    /// Waits until so many more clients have seen what they wait for; whether they do.
    pub(crate) fn wait_for(&self, more: u64) -> bool {
        let visits = self.visits.lock().unwrap();
        let wanted = *visits + more;
        let result = self.visited.wait_timeout_while(visits, SOON, |visits| *visits < wanted);
        !result.unwrap().1.timed_out()
    }

    /// A client was connected; or not yet, when its connect had returned.
    pub(crate) fn connect_returned(&self, is_connected: bool, span: Span) {
        if !span.has(&[Accept, Hold, Reset, Mute]) {
            self.kept_out.fetch_add(u64::from(span.has(&[Timeout])), SeqCst);
            self.check(!is_connected, "was connected", span);
        }
    }

    /// A client has reached the server, some time in this span.
    pub(crate) fn reached_the_server(&self, span: Span) {
        self.check(span.has(&[Accept]), "got to the server", span);
    }

    /// A client has seen all that it waits for.
    pub(crate) fn saw(&self, seen: Seen, span: Span) {
        let may_be = match seen {
            Seen::NotConnected | Seen::Silence => true,
            Seen::Refused => span.has(&[Refuse]),
            // A client that waits to be accepted is reset when the gate begins to refuse.
            Seen::Reset => span.has(&[Reset, Mute, Refuse]),
            Seen::Served => span.has(&[Accept]),
            Seen::Closed => false,
        };
        self.check(may_be, &format!("saw {seen:?}"), span);
        if seen != Seen::NotConnected && !span.has(&[Accept]) {
            self.kept_from_server.fetch_add(1, SeqCst);
        }
        *self.visits.lock().unwrap() += 1;
        self.visited.notify_all();
        if let Some(accepting) = span.only() {
            let mut sure = self.sure.lock().unwrap();
            *sure.entry((accepting.as_str(), seen)).or_default() += 1;
        }
    }

    fn check(&self, is_right: bool, what: &str, span: Span) {
        if !is_right {
            let Span { first, last } = span;
            let told = format!("a client of {first} to {last}, {:?}, {what}", span.ways());
            self.violations.lock().unwrap().push(told);
        }
    }

    /// Nothing was wrong, and enough was looked at.
    pub(crate) fn assert(&self) {
        let violations = self.violations.lock().unwrap();
        let visits = *self.visits.lock().unwrap();
        let few: Vec<_> = violations.iter().take(10).collect();
        assert!(few.is_empty(), "{} of {visits}: {few:#?}", violations.len());

        let (out, away) = (self.kept_out.load(SeqCst), self.kept_from_server.load(SeqCst));
        let sure = self.sure.lock().unwrap();
        println!("{visits} visits, {out} kept out, {away} kept from the server, sure: {sure:?}");
        assert!(out > visits / 100, "only {out} of {visits} met nothing but a full queue");
        assert!(away > visits / 10, "only {away} of {visits} met nothing that serves clients");
        let expected: [(Accepting, Seen); 5] = [
            (Accept, Seen::Served),
            (Hold, Seen::Silence),
            (Refuse, Seen::Refused),
            (Reset, Seen::Reset),
            (Mute, Seen::Silence),
        ];
        for (accepting, seen) in expected {
            let count = sure.get(&(accepting.as_str(), seen)).copied().unwrap_or(0);
            assert!(count > 20, "only {count} clients are sure that {accepting} is {seen:?}");
        }
    }
}
