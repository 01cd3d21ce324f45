//! The tables of docs/failures.md: each change can be made on a gate of its transport.

use chaosgate::{Accepting, AnyGate, EntrySpec, How, Route, TcpGate, UdpGate};

use crate::{page, table};

/// Makes a change that is written as on the page: where or what, and how.
fn change(gate: &AnyGate, written: &str) {
    let (what, how) = written.split_once(' ').unwrap_or((written, ""));
    let faults = match what {
        "to_server" => gate.to_server(),
        "to_client" => gate.to_client(),
        "both" => gate.both(),
        "accepting" => {
            let mode = Accepting::ALL.into_iter().find(|mode| mode.as_str() == how).expect(written);
            return gate.set_accepting(mode).expect(written);
        }
        "close_connections" => {
            let how = How::ALL.into_iter().find(|one| one.to_string() == how).expect(written);
            gate.close_connections(how);
            return;
        }
        "reroute" => return,
        _ => panic!("no change is {written}"),
    };
    faults.add(how.parse::<EntrySpec>().expect(written)).expect(written);
}

#[test]
fn every_change_for_a_failure_can_be_made() {
    let page = page("docs/failures.md");
    let nowhere = || Route::to("127.0.0.1:9");
    let mut made = 0;
    for (heading, is_udp) in [("## Over TCP\n", false), ("## Over UDP\n", true)] {
        for row in table(&page, heading) {
            let gate: AnyGate = if is_udp {
                UdpGate::start_on(nowhere()).expect("a gate").into()
            } else {
                TcpGate::start_on(nowhere()).expect("a gate").into()
            };
            for written in row[1].split('`').skip(1).step_by(2) {
                change(&gate, written);
                made += 1;
            }
        }
    }
    assert!(made > 40, "only {made}");
}
