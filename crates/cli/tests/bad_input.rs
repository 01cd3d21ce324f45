//! What is asked for wrongly is refused: with the exit code 2, and with a message that names the
//! field, the value and the bound.

mod support;

use std::net::{TcpListener, UdpSocket};

use support::{run, text};

fn refused(arguments: &[&str]) -> String {
    let output = run(arguments);
    let message = text(&output.stderr).to_owned();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert_eq!(text(&output.stdout), "", "{message}");
    message
}

fn refused_fault(fault: &str) -> String {
    refused(&["gate", "--upstream", "127.0.0.1:9", "--to-client", fault])
}

#[track_caller]
fn assert_says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "{part} is not in: {message}");
    }
}

#[test]
fn an_unknown_fault_is_refused_with_the_one_that_was_meant() {
    let message = refused_fault("latenzy:delay=1s");
    assert_says(
        &message,
        &[
            r#"unknown fault "latenzy": it must be one of pass, stall,"#,
            r#"did you mean "latency"?"#,
        ],
    );
}

#[test]
fn an_unknown_field_is_refused_with_the_one_that_was_meant() {
    let message = refused_fault("latency:dely=1s");
    assert_says(
        &message,
        &[
            r#"latency has no field "dely": its fields are delay, jitter,"#,
            r#"did you mean "delay"?"#,
        ],
    );
}

#[test]
fn a_missing_field_is_refused_with_an_example() {
    let message = refused_fault("latency");
    assert_says(&message, &[r#"latency needs the field "delay", as in latency:delay=100ms"#]);
}

#[test]
fn a_value_out_of_bounds_is_refused_with_its_field_and_the_bounds() {
    for (fault, [field, value, bounds]) in [
        (
            "latency:delay=-5ms",
            ["latency: delay: ", "\"-5ms\"", "is no duration: it must be between 0s and 365d"],
        ),
        (
            "latency:delay=100ms,probability=7",
            [
                "latency: probability: ",
                "7",
                "is no ratio: it must be between 0 and 1, such as \"5%\"",
            ],
        ),
        (
            "slice:size=0",
            ["slice: size: ", "0", "is no byte size: it must be 1 to 2^64 - 1 whole bytes"],
        ),
    ] {
        assert_says(&refused_fault(fault), &[field, value, bounds, "--to-client"]);
    }
}

#[test]
fn two_faults_of_one_name_are_refused() {
    let faults = ["--to-server", "stall:name=a", "--to-server", "drop:name=a"];
    let message = refused(&[&["gate", "--upstream", "127.0.0.1:9"][..], &faults].concat());
    assert_says(&message, &["--to-server: there is a fault named \"a\" already"]);
}

#[test]
fn a_taken_port_is_a_failure_that_names_it() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let listen = taken.local_addr().expect("an address").to_string();
    let output = run(&["gate", "--listen", &listen, "--upstream", "127.0.0.1:9"]);
    assert_eq!(output.status.code(), Some(1));
    assert_says(text(&output.stderr), &[&format!("cannot listen on {listen}: ")]);
}

#[test]
fn a_taken_port_of_udp_is_a_failure_that_names_it() {
    let taken = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let listen = taken.local_addr().expect("an address").to_string();
    let output = run(&["gate", "--udp", "--listen", &listen, "--upstream", "127.0.0.1:9"]);
    assert_eq!(output.status.code(), Some(1));
    assert_says(text(&output.stderr), &[&format!("cannot listen on {listen}: ")]);
}

#[test]
fn what_does_not_suit_datagrams_is_refused_with_the_reason() {
    let udp = ["gate", "--udp", "--upstream", "127.0.0.1:9"];
    for (arguments, reason) in [
        (
            ["--to-server", "slice:size=1B"],
            "--to-server: slice:size=1B does not suit datagrams: a datagram is delivered whole or \
             not at all",
        ),
        (["--to-client", "close_on_data:how=reset"], "--to-client: close_on_data:how=reset does"),
        (
            ["--accepting", "mute"],
            "cannot change from accept to mute: a UDP gate can accept, hold or refuse",
        ),
        (["--on-dial-failure", "fin"], "'--udp' cannot be used with '--on-dial-failure <HOW>'"),
        (["--idle", "3"], "\"3\" has no unit: a duration is between 0s and 365d"),
        (["--idle", "0s"], "idle time 0ns is too short: it must be at least 1ms"),
    ] {
        assert_says(&refused(&[&udp[..], &arguments].concat()), &[reason]);
    }
}

#[test]
fn what_is_for_datagrams_alone_is_refused_without_them() {
    let message = refused(&["gate", "--upstream", "127.0.0.1:9", "--idle", "3s"]);
    assert_says(&message, &["required arguments were not provided", "--udp"]);
    assert_says(
        &refused_fault("reorder:1"),
        &[
            "reorder:ratio=1 does not suit streams: a stream has an order, which the kernel keeps",
            "; give --udp",
        ],
    );
}

#[test]
fn a_route_to_itself_is_refused_with_both_addresses() {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|probe| probe.local_addr());
    let listen = free.expect("a free port").to_string();
    let message = refused(&["gate", "--listen", &listen, "--upstream", &listen]);
    let says = format!("upstream {listen} is the gate itself, which listens on {listen}");
    assert_says(&message, &[&says]);
}

#[test]
fn what_is_no_address_is_refused_with_its_reason() {
    let message = refused(&["gate", "--upstream", "localhost"]);
    assert_says(&message, &[r#"upstream address "localhost" is wrong: it must be HOST:PORT"#]);
}

#[test]
fn a_url_is_refused_with_the_address_that_it_has() {
    for (arguments, address) in [
        (&["gate", "--upstream", "redis://127.0.0.1:6379/0"][..], "127.0.0.1:6379"),
        (&["gate", "--upstream", "h:1", "--listen", "https://localhost"], "localhost:443"),
        (&["serve", "--api", "http://localhost:8474"], "localhost:8474"),
    ] {
        let says = format!("address is wrong: give {address}, not a URL\n");
        assert_says(&refused(arguments), &[&says]);
    }
}

#[test]
fn a_word_of_another_tool_is_refused_with_ours() {
    for (fault, ours) in
        [("timeout:1s", "blackhole"), ("slicer", "slice"), ("latency:latency=1s", "delay")]
    {
        assert_says(&refused_fault(fault), &[&format!("; did you mean \"{ours}\"?")]);
    }
    assert_says(&refused_fault("bandwidth:1MB"), &[r#"has no "/s": did you mean "1MB/s"?"#]);
}

#[test]
fn whatever_is_wrong_is_said_in_one_line_that_begins_alike() {
    let gate = ["gate", "--upstream", "127.0.0.1:9"];
    for arguments in [
        &["dmeo"][..],
        &["gate"],
        &["faults", "quux"],
        &[&gate[..], &["--to-client", "latenzy:1s"]].concat(),
        &[&gate[..], &["--to-client", "reorder:1"]].concat(),
        &[&gate[..], &["--accepting", "hodl"]].concat(),
        &[&gate[..], &["--listen", "nowhere"]].concat(),
        &["config", "check", "/no/such/file"],
    ] {
        let message = refused(arguments);
        assert!(message.starts_with("error: ") && message.lines().count() == 1, "{message}");
    }
}

#[test]
fn an_unknown_way_of_accepting_is_refused_with_the_ways_there_are() {
    let message = refused(&["gate", "--upstream", "127.0.0.1:9", "--accepting", "hodl"]);
    assert_says(&message, &["'hodl'", "hold"]);
}

#[test]
fn an_unknown_command_is_refused() {
    assert_says(&refused(&["dmeo"]), &["'dmeo'", "'demo'"]);
}

#[test]
fn a_command_or_an_option_that_there_is_not_is_refused_with_the_help_that_tells_more() {
    for (arguments, message) in [
        (&["nonsense"][..], "error: unrecognized subcommand 'nonsense' (see 'chaosgate --help')\n"),
        (
            &["gate", "--bogus"],
            "error: unexpected argument '--bogus' found (see 'chaosgate gate --help')\n",
        ),
    ] {
        assert_eq!(refused(arguments), message);
    }
}
