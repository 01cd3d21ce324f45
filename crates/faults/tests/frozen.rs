//! A gate that stood still, since its process was stopped, or whose receiver took nothing for a while: when it
//! goes on, it makes up for no more than the faults promise.

mod support;

use chaosgate_faults::Direction::ToClient;
use chaosgate_faults::virtual_time::{Gate, Line, ms};
use chaosgate_faults::{Bandwidth, EntrySpec, Latency, Scope, Sink, Slice};
use support::{rate, slice};

/// Pieces of a byte, with 10 ms between.
fn pieces() -> EntrySpec {
    Slice { pause: ms(10), ..slice(1) }.into()
}

/// A gate that is stopped from 5 ms to 2 s, after its only connection has been fed this.
fn frozen(faults: impl IntoIterator<Item = EntrySpec>, input: &str) -> Gate {
    let mut gate = Gate::new(1);
    gate.set(ToClient, faults);
    gate.line(1, ToClient).feed(input);
    gate.advance_to(5);
    gate.skip_to(2_000);
    gate
}

fn output(mut gate: Gate) -> String {
    gate.finish();
    gate.line(1, ToClient).output()
}

/// How many bytes come out on all connections until then.
fn bytes_until(gate: &mut Gate, connections: usize, millis: u64) -> usize {
    let all = |gate: &mut Gate| -> usize {
        (1..=connections).map(|number| gate.line(number, ToClient).bytes().len()).sum()
    };
    let before = all(gate);
    gate.advance_to(millis);
    all(gate) - before
}

#[test]
fn what_latency_has_held_goes_at_once_and_in_its_order() {
    let latency = Latency::new(ms(100)).into();
    assert_eq!(output(frozen([latency], "0:a 3:b 4:FIN")), "2000:a 2000:b 2000:FIN");
}

#[test]
fn the_pauses_of_slices_are_kept_but_for_20_ms_that_are_made_up_for() {
    for input in ["0:abcdef", "0:a 1:b 2:c 3:d 4:e 4:f"] {
        let output = output(frozen([pieces()], input));
        assert_eq!(output, "0:a 2000:b 2000:c 2000:d 2010:e 2020:f");
    }
}

#[test]
fn the_pauses_are_kept_between_what_another_fault_has_held_meanwhile() {
    let latency = EntrySpec::from(Latency::new(ms(100)));
    let output = output(frozen([latency, pieces()], "0:ab 1:c 2:de"));
    assert_eq!(output, "2000:a 2000:b 2000:c 2010:d 2020:e");
}

#[test]
fn the_pauses_of_slices_are_kept_when_a_receiver_has_taken_nothing_for_a_while() {
    let mut line = Line::new([pieces()]);
    line.feed("0:abcdef");
    line.advance_to(5);
    line.set_sink(Sink::Blocked);
    line.advance_to(100);
    line.set_sink(Sink::Open);
    assert_eq!(line.finish(), "0:a 100:b 100:c 100:d 110:e 120:f");
}

#[test]
fn a_limited_rate_makes_up_for_20_ms_and_for_what_it_has_taken_in() {
    let latency = EntrySpec::from(Latency::new(ms(100)));
    for (chain, most) in [(vec![rate(1_000).into()], 21), (vec![latency, rate(1_000).into()], 41)] {
        let mut gate = frozen(chain, &format!("0:{}", "x".repeat(1_000)));
        let at_once = bytes_until(&mut gate, 1, 2_000);
        assert!((1..=most).contains(&at_once), "{at_once}");
        let later = bytes_until(&mut gate, 1, 2_500);
        assert!((480..=501).contains(&later), "{later}");
    }
}

#[test]
fn a_rate_that_connections_share_makes_up_for_20_ms_and_for_what_each_has_taken_in() {
    let mut gate = Gate::new(3);
    gate.set(ToClient, [Bandwidth { scope: Scope::Gate, ..rate(1_000) }]);
    for number in 1..=3 {
        gate.line(number, ToClient).feed(&format!("0:{}", "x".repeat(2_000)));
    }
    gate.advance_to(5);
    gate.skip_to(2_000);
    let at_once = bytes_until(&mut gate, 3, 2_000);
    assert!((1..=20 + 3 * 20).contains(&at_once), "{at_once}");
    let later = bytes_until(&mut gate, 3, 2_500);
    assert!((480..=501).contains(&later), "{later}");
}
