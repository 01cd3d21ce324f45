//! A fault that acts from a match on.

use bytes::Bytes;
use chaosgate_faults::virtual_time::{Connection, Gate, Line, NO_FAULTS, run, run_datagrams};
use chaosgate_faults::{Direction::ToServer, EntrySpec, Segment};

fn entry(written: &str) -> EntrySpec {
    written.parse().expect(written)
}

/// What comes out of one fault.
fn one(fault: &str, input: &str) -> String {
    run([entry(fault)], input)
}

/// What comes out of a connection with a fault to the client.
fn to_client(fault: &str, input: &str) -> String {
    let mut connection = Connection::new(NO_FAULTS, [entry(fault)]);
    connection.feed(input);
    connection.finish()
}

#[test]
fn it_acts_from_behind_the_match_whatever_the_reads() {
    assert_eq!(one("drop:on=COMMIT", "0:a;COMMIT;b"), "0:a;COMMIT");
    assert_eq!(one("drop:on=COMMIT", "0:a;COM 1:MIT;b 2:c"), "0:a;COM 1:MIT");
    assert_eq!(one("drop:on=[0-9]+", "0:a1234"), "0:a1", "a match ends as soon as it is one");
}

#[test]
fn a_fault_that_takes_nothing_begins_behind_the_match_too() {
    let mut line = Line::new([entry("stall:on=COMMIT")]);
    line.feed("0:COMMITb");
    assert_eq!(line.finish(), "0:COMMIT");
    line.set_at(7, NO_FAULTS);
    assert_eq!(line.finish(), "0:COMMIT 7:b");
}

#[test]
fn it_acts_on_each_match_for_its_span() {
    assert_eq!(one("drop:on=x,span=2B", "0:axbcdxefg"), "0:ax 0:dx 0:g");
    assert_eq!(
        one("drop:on=x,span=2B", "0:axxxc"),
        "0:ax 0:c",
        "what it is given is not looked at"
    );
    assert_eq!(one("drop:on=x,span=5ms", "0:axb 4:x 5:c 6:x 7:d"), "0:ax 5:c 6:x");
}

#[test]
fn it_acts_on_the_match_itself() {
    assert_eq!(one("drop:on=COMMIT,span=match", "0:a;COMMIT;b"), "0:a; 0:;b");
    assert_eq!(one("drop:on=COMMIT,span=match", "0:a;COM 1:MIT;b"), "0:a; 1:;b");
    assert_eq!(one("drop:on=a+b,span=match", "0:xaaby 1:aabz"), "0:x 0:y 1:z");
    assert_eq!(one("latency:10ms,on=b,span=match", "0:abc 30:b"), "0:a 0:b 0:c 40:b");
}

#[test]
fn a_stall_stops_before_the_match() {
    let mut line = Line::new([entry("stall:on=COMMIT,span=match")]);
    line.feed("0:a;COM 1:MIT;b");
    assert_eq!(line.finish(), "0:a;");
    assert_eq!(line.hits("stall"), 1);
    line.set_at(7, NO_FAULTS);
    assert_eq!(line.finish(), "0:a; 7:COM 7:MIT 7:;b");
}

#[test]
fn what_may_be_a_match_is_held_back_and_nothing_else() {
    assert_eq!(one("drop:on=COMMIT,span=match", "0:aCO 5:b"), "0:a 5:CO 5:b");
    assert_eq!(one("drop:on=COMMIT,span=match", "0:aCO 5:FIN"), "0:a 5:CO 5:FIN");
    assert_eq!(one("drop:on=aab,span=match", "0:aaaa 5:b"), "0:aa");
}

#[test]
fn what_may_be_a_match_is_held_back_no_longer_than_it_may() {
    assert_eq!(one("drop:on=COMMIT,span=match", "0:aCO"), "0:a 1000:CO");
    assert_eq!(
        one("drop:on=COMMIT,span=match,match_wait=9ms", "0:aCO 8:M 10:MIT"),
        "0:a 9:CO 9:M 10:MIT"
    );
    let long = "drop:on=a.*b,span=match,match_size=4B";
    assert_eq!(one(long, "0:a123b"), "0:a123b");
    assert_eq!(one(long, "0:a1 1:23b 2:a12b"), "1:a1 1:23b");
}

#[test]
fn it_acts_on_these_matches_of_a_connection_alone() {
    assert_eq!(one("drop:on=x,span=match,nth=2", "0:axbxcxd"), "0:axb 0:cxd");
    assert_eq!(one("drop:on=x,span=match,nth=every 2", "0:axbxcxdxe"), "0:axb 0:cxd 0:e");
    assert_eq!(one("drop:on=x,nth=2", "0:axb 1:cxd"), "0:axb 1:cx");
}

#[test]
fn the_reply_is_lost_after_the_server_has_the_request() {
    assert_eq!(
        to_client("close_on_data:on_other=COMMIT", "0:>BEGIN 1:<ok 2:>COM 3:>MIT 4:<ok"),
        "0:>BEGIN 1:<ok 2:>COM 3:>MIT 4:<FIN 4:>FIN"
    );
    assert_eq!(to_client("reset:on_other=COMMIT", "0:>COMMIT 5:<ok"), "0:>COMMIT");
    assert_eq!(
        to_client("drop:on_other=COMMIT,span=3B", "0:>COMMIT 1:<okay 2:>COMMIT 3:<okay"),
        "0:>COMMIT 1:<y 2:>COMMIT 3:<okay",
        "once in a connection"
    );
}

#[test]
fn of_several_matches_in_the_other_direction_these_alone_are_meant() {
    let input = "0:>Q 1:<a 2:>Q 3:<b 4:>Q 5:<c 6:>Q 7:<d";
    let others = |lost: &str| {
        let all = input.split(' ').filter(|token| !lost.contains(&token[2..]));
        all.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(to_client("drop:on_other=Q,nth=2,span=1B", input), others("<b"));
    assert_eq!(to_client("drop:on_other=Q,nth=every 2,span=1B", input), others("<b<d"));
    assert_eq!(to_client("drop:on_other=Q,nth=2..3,span=1B", input), others("<b<c"));
}

#[test]
fn a_moment_the_other_direction_bytes_and_a_match_hold_one_after_the_other() {
    let fault = "drop:start_after=5ms,on_other=Q,after_bytes=2,on=x";
    assert_eq!(
        to_client(fault, "0:>Q 1:<x 5:>A 6:<xx 7:>Q 8:<xxaxb 9:<c"),
        "0:>Q 1:<x 5:>A 6:<xx 7:>Q 8:<xx 8:<ax"
    );
}

#[test]
fn it_is_told_of_a_match_in_the_moment_in_which_that_is_written_on() {
    let behind_latency = [entry("latency:10ms")];
    let mut connection = Connection::new(behind_latency, [entry("drop:on_other=Q")]);
    connection.feed("0:>Q 5:<a 15:<b");
    // It looks at what is read, before the latency.
    assert_eq!(connection.finish(), "10:>Q");
}

#[test]
fn a_pattern_matches_within_a_datagram() {
    let one = |fault, input| run_datagrams([entry(fault)], input);
    assert_eq!(one("drop:on=ab", "0:a 1:b 2:xabx 3:c"), "0:a 1:b 2:xabx");
    assert_eq!(one("drop:on=ab,span=match", "0:a 1:b 2:xabx 3:c"), "0:a 1:b 3:c");
    assert_eq!(one("drop:on=ab,span=match,nth=2", "0:abab 1:ab 2:ab"), "0:abab 2:ab");
    let mut line = Line::datagrams([entry("drop:on=ab,span=match")]);
    line.send_now(Segment::Data(Bytes::new()));
    line.feed("0:ab");
    assert_eq!(line.finish(), "0:", "an empty one passes");
    let mut line = Line::datagrams([entry("stall:on=ab,span=match")]);
    line.feed("0:a 1:ab 2:c");
    assert_eq!(line.finish(), "0:a");
}

#[test]
fn it_acts_so_often_on_all_connections_together() {
    let mut gate = Gate::new(2);
    gate.set(ToServer, [entry("drop:on=x,span=match,times=3")]);
    gate.line(1, ToServer).feed("0:axbxc");
    gate.line(2, ToServer).feed("1:axbxc 2:x");
    gate.finish();
    assert_eq!(gate.line(1, ToServer).output(), "0:a 0:b 0:c");
    assert_eq!(gate.line(2, ToServer).output(), "1:a 1:bxc 2:x");
    assert_eq!(gate.list(ToServer).entries()[0].matches(), 3, "then it is spent");
}

#[test]
fn what_came_before_it_was_set_is_not_looked_at() {
    let mut line = Line::new([entry("latency:10ms")]);
    line.feed("0:ax 6:bxc");
    line.set_at(5, [entry("latency:10ms"), entry("drop:on=x")]);
    assert_eq!(line.finish(), "10:ax 16:bx");
}
