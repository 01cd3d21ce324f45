//! `chaosgate faults`, as a user runs it.

mod support;

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use support::{chaosgate, json, run, text};

const FAULTS: [&str; 20] = [
    "pass",
    "stall",
    "drop",
    "blackhole",
    "latency",
    "bandwidth",
    "slice",
    "coalesce",
    "corrupt",
    "loss",
    "burst_loss",
    "duplicate",
    "reorder",
    "truncate",
    "close_on_data",
    "limit_bytes",
    "lifetime",
    "idle",
    "slow_close",
    "reset",
];

#[test]
fn each_fault_has_a_line_and_values_and_ways_of_accepting_are_explained() {
    let output = run(&["faults"]);
    let list = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0));
    let lines: Vec<_> = list.lines().map(str::trim).collect();
    let names =
        lines.iter().skip(1).map_while(|line| line.split(' ').next().filter(|it| !it.is_empty()));
    assert_eq!(names.collect::<Vec<_>>(), FAULTS);
    for part in ["duration", "100ms", "several add up", "Mbit/s", "mute", "as if no server ran"] {
        assert!(list.contains(part), "{part} is not in {list}");
    }
}

#[test]
fn every_fault_is_told_with_its_fields_and_an_example() {
    let output = run(&["faults", "--long"]);
    let list = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0));
    for fault in FAULTS {
        assert!(list.lines().any(|line| line == fault), "{fault}");
    }
    for part in ["delay         duration, such as 100ms  required", "example: slice:size=10B"] {
        assert!(list.contains(part), "{part} is not in {list}");
    }
}

#[test]
fn one_fault_is_told_alone_whether_its_name_has_hyphens_or_underscores() {
    for name in ["slow_close", "slow-close"] {
        let output = run(&["faults", name]);
        let list = text(&output.stdout);
        assert!(list.starts_with("slow_close\n") && !list.contains("latency"), "{list}");
    }
}

#[test]
fn an_unknown_fault_is_refused_with_the_one_that_was_meant() {
    let output = run(&["faults", "close_data"]);
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(message.contains(r#"unknown fault "close_data""#), "{message}");
    assert!(message.contains(r#"did you mean "close_on_data"?"#), "{message}");
}

#[test]
fn for_machines_it_is_an_array_with_an_object_for_each() {
    let output = run(&["faults", "--json"]);
    let list = json(&output.stdout);
    let names: Vec<_> = list.as_array().expect("an array").iter().map(|one| &one["name"]).collect();
    assert_eq!(names, FAULTS);
    let delay = &list[4]["fields"][0];
    assert_eq!((&delay["name"], &delay["required"]), (&"delay".into(), &true.into()));
    assert_eq!((&delay["value"], &delay["kind"]["most"]), (&"duration".into(), &"365d".into()));
    let end = &list[4]["fields"][4];
    assert_eq!((&end["name"], &end["default"]), (&"end".into(), &true.into()));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let mut child = chaosgate(&["faults", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut first = String::new();
    // The reader goes with the end of this statement, and the pipe with it.
    BufReader::with_capacity(1, child.stdout.take().expect("a pipe"))
        .read_line(&mut first)
        .expect("a line");
    let output = child.wait_with_output().expect("its end");
    assert_eq!((first.as_str(), text(&output.stderr)), ("[\n", ""));
    assert_eq!(output.status.code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_a_failure() {
    for arguments in [["--help"], ["--version"], ["faults"], ["schema"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("Linux has it");
        let output = chaosgate(&arguments).stdout(full).output().expect("the program starts");
        let message = text(&output.stderr);
        assert!(message.starts_with("error: cannot write: No space left"), "{message}");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    }
}

#[test]
fn the_program_tells_its_version_and_its_commands() {
    let version = run(&["--version"]);
    assert_eq!(text(&version.stdout), format!("chaosgate {}\n", env!("CARGO_PKG_VERSION")));
    let help = run(&["--help"]);
    for command in ["demo", "gate", "faults", "config", "schema", "manual"] {
        assert!(text(&help.stdout).contains(&format!("\n  {command} ")), "{command}");
    }
}
