//! Faults of the user's own: what they are told and when, and what a bad one cannot do.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use bytes::Bytes;
use chaosgate_faults::virtual_time::{Line, NO_FAULTS, ms};
use chaosgate_faults::{Closing, Custom, EntrySpec, Fault, How, Latency, Outbox, Segment, Stall};

/// Holds all, and closes the connection when it is removed.
struct Hostage(Closing);

impl Fault for Hostage {
    fn on_segment(&mut self, segment: Segment, _: Instant, out: &mut Outbox) {
        out.hold(segment);
    }

    fn on_removal(&mut self, now: Instant, out: &mut Outbox) {
        match self.0 {
            Closing::InOrder(how) => out.close(how, now),
            Closing::AtOnce => out.abort(),
        }
    }
}

#[test]
fn a_fault_can_close_the_connection_when_it_is_removed() {
    for (closing, output) in [
        (Closing::InOrder(How::Fin), "0:a 5:FIN"),
        (Closing::InOrder(How::Reset), "0:a 5:RST"),
        (Closing::AtOnce, "0:a"),
    ] {
        let mut line = Line::new(NO_FAULTS);
        line.feed("0:a");
        line.set_at(1, [Custom::new("hostage", move |_| Hostage(closing))]);
        line.feed("2:b");
        line.set_at(5, NO_FAULTS);
        assert_eq!(line.finish(), output);
        let closed = line.chain().closed().expect("a close");
        assert_eq!((closed.by.as_str(), closed.closing), ("hostage", closing));
        assert_eq!(line.chain().charge(), 0);
    }
}

/// Closes with the first segment, which it lets go a while later.
struct LastWords;

impl Fault for LastWords {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        out.push(segment, now + ms(100));
        out.close(How::Fin, now);
    }
}

#[test]
fn what_a_fault_let_go_before_it_closed_is_released_by_its_removal() {
    let last_words = Custom::new("last-words", |_| LastWords);
    let mut line = Line::new([last_words]);
    line.feed("0:a 5:b");
    line.set_at(10, NO_FAULTS);
    assert_eq!(line.finish(), "10:a 10:FIN");
}

/// Always wants to be called, at a moment that has passed, and makes data each time.
struct Restless {
    calls: Arc<AtomicU64>,
    since: Instant,
}

impl Fault for Restless {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        out.push(segment, now);
    }

    fn deadline(&self, _: Instant) -> Option<Instant> {
        Some(self.since)
    }

    fn on_deadline(&mut self, now: Instant, out: &mut Outbox) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        out.push(Segment::Data(Bytes::from_static(b"!")), now);
    }
}

#[test]
fn a_fault_that_always_wants_to_be_called_does_not_stop_the_others() {
    let calls = Arc::new(AtomicU64::new(0));
    let counted = calls.clone();
    let restless = Custom::new("restless", move |meeting| Restless {
        calls: counted.clone(),
        since: meeting.connected,
    });
    let mut line = Line::new([Latency::new(ms(100)).into(), EntrySpec::from(restless)]);
    line.feed("0:a 50:b");
    line.advance_to(200);
    let others: Vec<_> =
        line.output().split(' ').filter(|token| !token.ends_with('!')).map(str::to_owned).collect();
    assert_eq!(others, ["100:a", "150:b"]);
    assert_eq!(calls.load(Ordering::Relaxed), 2_001, "every 0.1 ms");
}

/// Takes in two bytes at a time, lets them go after 10 ms, and notes what it is told.
struct Noting(Arc<Mutex<Vec<String>>>);

impl Noting {
    fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }
}

impl Fault for Noting {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        self.note(match &segment {
            Segment::Data(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            end => format!("{end:?}"),
        });
        out.push(segment, now + ms(10));
    }

    fn room(&self, held: usize) -> usize {
        2_usize.saturating_sub(held)
    }

    fn on_wait(&mut self, _: Instant, _: &mut Outbox) {
        self.note("waits");
    }

    fn on_removal(&mut self, now: Instant, out: &mut Outbox) {
        self.note("removed");
        out.release(now);
    }

    fn on_update(&mut self, now: Instant, out: &mut Outbox) {
        self.note("updated");
        out.release(now);
    }
}

/// A fault that notes, and its notes.
fn noting() -> (EntrySpec, impl Fn() -> String) {
    let notes: Arc<Mutex<Vec<String>>> = Arc::default();
    let shared = notes.clone();
    let fault = Custom::new("noting", move |_| Noting(shared.clone()));
    (fault.into(), move || notes.lock().unwrap().join(" "))
}

#[test]
fn a_fault_is_given_no_more_than_it_has_room_for_and_told_once_that_data_waits() {
    let latency = EntrySpec::from(Latency::new(ms(1)));
    // The end is read when the fault is open again, and then takes the way that is left.
    for (before, output) in
        [(vec![], "10:ab 20:cd 30:e 30:FIN"), (vec![latency], "11:ab 21:cd 31:e 32:FIN")]
    {
        let (noting, notes) = noting();
        let mut line = Line::new(before.into_iter().chain([noting]));
        line.feed("0:abcde 5:FIN");
        assert_eq!(line.finish(), output);
        assert_eq!(notes(), "ab waits cd waits e Fin");
    }
    let (noting, notes) = noting();
    let mut line = Line::new([noting, Stall {}.into()]);
    line.feed("0:a");
    line.advance_to(10);
    assert_eq!((notes().as_str(), line.hits("stall")), ("", 1), "it is the stall that has no room");
}

#[test]
fn a_fault_is_told_whether_its_entry_stays() {
    let (noting, notes) = noting();
    let latency = EntrySpec::from(Latency::new(ms(1)));
    let mut line = Line::new([noting.clone(), latency.clone()]);
    line.set_at(1, [latency.clone(), noting.clone()]);
    assert_eq!(notes(), "", "it is behind the latency now, and goes on there");
    line.set_at(2, [latency.clone(), noting.clone().lasting(ms(5))]);
    assert_eq!(notes(), "updated");
    line.advance_to(10);
    assert_eq!(notes(), "updated removed");
    line.set_at(11, [latency, noting]);
    line.set_at(12, NO_FAULTS);
    assert_eq!(notes(), "updated removed removed");
}
