//! From where to where in the traffic a fault acts, and how often.

use chaosgate_faults::virtual_time::{Connection, Gate, Line, NO_FAULTS, run, run_datagrams};
use chaosgate_faults::{Direction::ToServer, EntrySpec, State};

fn entry(written: &str) -> EntrySpec {
    written.parse().expect(written)
}

/// What comes out of one fault.
fn one(fault: &str, input: &str) -> String {
    run([entry(fault)], input)
}

#[test]
fn so_many_bytes_pass_first_and_no_byte_more() {
    assert_eq!(one("drop:after_bytes=3", "0:abcdef"), "0:abc");
    assert_eq!(one("drop:after_bytes=3", "0:a 1:bcd 2:e 3:FIN"), "0:a 1:bc 3:FIN");
    assert_eq!(one("close_on_data:after_bytes=3", "0:ab 1:c 2:d"), "0:ab 1:c 2:FIN");
}

#[test]
fn a_fault_that_takes_nothing_begins_at_the_byte_too() {
    let mut line = Line::new([entry("stall:after_bytes=3")]);
    line.feed("0:abcdef");
    assert_eq!(line.finish(), "0:abc");
    line.set_at(7, NO_FAULTS);
    assert_eq!(line.finish(), "0:abc 7:def");
    assert_eq!(line.hits("stall"), 1);
}

#[test]
fn it_acts_from_so_long_after_it_was_set() {
    assert_eq!(one("drop:start_after=5ms", "0:a 4:b 5:c 6:d"), "0:a 4:b");
    assert_eq!(one("drop:start_after=5ms,after_bytes=2", "0:a 5:b 6:cd"), "0:a 5:b 6:c");
}

#[test]
fn on_a_later_connection_it_has_begun() {
    let mut gate = Gate::new(1);
    gate.set(ToServer, [entry("drop:start_after=5ms")]);
    gate.line(1, ToServer).feed("4:a");
    gate.advance_to(9);
    let later = gate.connect();
    gate.line(later, ToServer).feed("9:b");
    gate.finish();
    assert_eq!(gate.line(1, ToServer).output(), "4:a");
    assert_eq!(gate.line(later, ToServer).output(), "");
}

#[test]
fn a_fault_counts_from_the_moment_at_which_it_begins() {
    assert_eq!(one("lifetime:5ms,after_bytes=2", "0:a 10:b"), "0:a 10:b 15:FIN");
    assert_eq!(one("lifetime:5ms,start_after=20ms", "0:a"), "0:a 25:FIN");
    assert_eq!(one("limit_bytes:2,after_bytes=2", "0:abcdef"), "0:ab 0:cd 0:FIN");
}

#[test]
fn it_acts_for_so_many_bytes() {
    assert_eq!(one("drop:span=3B", "0:abcdef"), "0:def");
    assert_eq!(
        one("drop:after_bytes=2,span=3B", "0:a 1:bc 2:def 3:g 4:FIN"),
        "0:a 1:b 2:f 3:g 4:FIN"
    );
    assert_eq!(one("drop:span=3B", "0:ab 1:FIN"), "1:FIN");
}

#[test]
fn it_acts_for_so_long() {
    assert_eq!(one("drop:span=5ms", "0:a 4:b 5:c"), "5:c");
    assert_eq!(one("drop:start_after=2ms,span=2ms", "1:a 2:b 3:c 4:d"), "1:a 4:d");
    assert_eq!(one("blackhole:span=5ms", "0:a 1:FIN"), "5:a 5:FIN");
}

#[test]
fn what_it_holds_goes_on_when_something_comes_behind_its_span() {
    assert_eq!(one("latency:10ms,span=2B", "0:ab"), "10:ab");
    assert_eq!(one("latency:10ms,span=2B", "0:ab 5:c"), "5:ab 5:c");
    assert_eq!(one("latency:10ms,span=2B", "0:abc"), "0:ab 0:c");
    assert_eq!(one("latency:10ms,span=2B", "0:ab 5:FIN"), "5:ab 5:FIN");
    assert_eq!(one("latency:10ms,span=5ms", "0:ab"), "5:ab");
}

#[test]
fn a_fault_behind_it_sees_what_it_lets_pass() {
    assert_eq!(
        run([entry("drop:after_bytes=1,span=1B"), entry("latency:3ms")], "0:abc"),
        "3:a 3:c"
    );
}

#[test]
fn datagrams_are_meant_whole() {
    let one = |fault, input| run_datagrams([entry(fault)], input);
    assert_eq!(one("drop:after_bytes=3", "0:ab 1:cd 2:e"), "0:ab 1:cd");
    assert_eq!(one("drop:span=3B", "0:ab 1:cd 2:e"), "2:e");
    assert_eq!(one("drop:span=2B", "0:ab 1:cd"), "1:cd");
}

/// What comes out on three connections, and the state of the fault then.
fn on_three(fault: &str, input: [&str; 3]) -> [String; 3] {
    let mut gate = Gate::new(3);
    gate.set(ToServer, [entry(fault)]);
    for (number, input) in (1..).zip(input) {
        gate.line(number, ToServer).feed(input);
    }
    gate.finish();
    [1, 2, 3].map(|number| gate.line(number, ToServer).output())
}

#[test]
fn it_acts_so_often_on_all_connections_together() {
    assert_eq!(on_three("close_on_data:times=1", ["0:a", "1:b", "2:c"]), ["0:FIN", "1:b", "2:c"]);
    assert_eq!(on_three("close_on_data:times=2", ["0:a", "1:b", "2:c"]), ["0:FIN", "1:FIN", "2:c"]);
    assert_eq!(on_three("drop:times=1", ["0:a 1:b", "0:c 5:d", "2:e"]), ["", "0:c 5:d", "2:e"]);
}

#[test]
fn a_span_without_a_hit_counts_for_nothing() {
    // The first takes it with its data and ends without one, which gives it back.
    assert_eq!(
        on_three("limit_bytes:2B,times=1,span=1B", ["0:a 1:b", "2:a 3:b", "4:a 5:b"]),
        ["0:a 1:b", "2:a 3:b", "4:a 5:b"]
    );
    assert_eq!(
        on_three("lifetime:5ms,times=1,span=3ms", ["0:a", "9:b", "9:c"]),
        ["0:a", "9:b", "9:c"]
    );
    assert_eq!(
        on_three("close_on_data:after=1B,times=1,span=2ms", ["0:a", "1:a", "1:ab"]),
        ["0:a", "1:a", "1:ab"],
        "the first has it until 2 ms"
    );
}

#[test]
fn a_connection_on_which_nothing_comes_takes_no_span() {
    assert_eq!(on_three("close_on_data:times=1", ["9:a", "", "3:b"]), ["9:a", "", "3:FIN"]);
    assert_eq!(on_three("stall:times=1", ["9:a", "", "3:b"]), ["9:a", "", ""]);
    assert_eq!(on_three("lifetime:5ms,times=1", ["", "", ""]), ["5:FIN", "", ""]);
}

#[test]
fn a_part_on_the_other_direction_begins_and_ends_with_the_first() {
    let idle = "idle:10ms,then=blackhole,start_after=20ms,span=20ms";
    let mut connection = Connection::new([entry(idle)], NO_FAULTS);
    connection.feed("15:>a 15:<b 35:<c 36:>d 50:<e");
    assert_eq!(connection.finish(), "15:>a 15:<b 40:>d 40:<c 50:<e");
    assert_eq!(connection.hits(ToServer, "idle"), 1);
}

#[test]
fn an_update_goes_on_where_each_connection_is() {
    let mut line = Line::new([entry("drop:after_bytes=3")]);
    line.feed("0:abcd 9:ef");
    line.set_at(5, [entry("close_on_data:after_bytes=3,name=drop")]);
    assert_eq!(line.finish(), "0:abc 9:FIN");
    let mut line = Line::new([entry("drop:after_bytes=3")]);
    line.feed("0:ab 9:cd");
    line.set_at(5, [entry("close_on_data:after_bytes=3,name=drop")]);
    assert_eq!(line.finish(), "0:ab 9:c 9:FIN");
}

#[test]
fn what_came_before_it_was_set_counts_for_nothing() {
    let mut line = Line::new([entry("latency:10ms")]);
    line.feed("0:abc 6:def");
    line.set_at(5, [entry("latency:10ms"), entry("drop:after_bytes=1")]);
    assert_eq!(line.finish(), "10:abc 16:d");
}

#[test]
fn an_entry_shows_how_far_it_has_come() {
    let mut gate = Gate::new(1);
    gate.set(ToServer, [entry("drop:after_bytes=1,span=1B,times=1"), entry("pass")]);
    let state = |gate: &Gate, name| {
        let entries = gate.list(ToServer).entries();
        entries.iter().find(|entry| entry.name() == name).expect(name).state()
    };
    assert_eq!(state(&gate, "drop"), State::Waiting);
    assert_eq!(state(&gate, "pass"), State::Working, "it always acts");
    for (input, after) in [("0:a", State::Working), ("0:b", State::Working), ("0:c", State::Spent)]
    {
        gate.line(1, ToServer).feed(input);
        gate.finish();
        assert_eq!(state(&gate, "drop"), after, "after {input}");
    }
}
