//! A part of a configuration is a document of its own, and a gate that there is can be written as one.

use chaosgate::units::ByteSize;
use chaosgate::{Accepting, How, Latency, Transport};
use chaosgate_config::{Config, ConfigError, Document, GateConfig, Protocol};
use std::time::Duration;

fn document(text: &str) -> Document {
    Document::parse("body.json", text).expect(text)
}

#[track_caller]
fn says<T: std::fmt::Debug>(refused: Result<T, ConfigError>) -> String {
    refused.expect_err("it is refused").to_string()
}

#[test]
fn a_part_is_read_as_in_the_whole() {
    let (name, gate) = document(r#"{"name": "a", "upstream": "h:1", "protocol": "udp"}"#)
        .gate_with_name()
        .expect("a gate");
    let wanted = GateConfig { protocol: Protocol::Udp, ..GateConfig::new("h:1") };
    assert_eq!((name.as_str(), gate), ("a", wanted));
    let faults = document(r#"[{"type": "stall"}, {"type": "stall"}]"#).faults(Transport::Stream);
    assert_eq!(faults.expect("two faults").len(), 2);
    assert_eq!(document("\"mute\"").accepting(Transport::Stream).expect("one"), Accepting::Mute);
    assert_eq!(document("18446744073709551615").seed().expect("a seed"), u64::MAX);
}

#[test]
fn what_is_wrong_with_a_part_is_told_with_the_way_from_its_own_root() {
    let gate = r#"{"name": "", "upstream": "h:1", "to_client": [{"type": "loss", "ratio": 2}]}"#;
    assert_eq!(
        says(document(gate).gate_with_name()),
        "body.json:1:10: name: \"\" is wrong: it must be a text that is not empty\n\
         body.json:1:73: to_client[0].ratio: 2 is no ratio: it must be between 0 and 1, such as \"5%\""
    );
    let says_of_datagrams =
        says(document(r#"{"type": "slice", "size": 9}"#).fault(Transport::Datagram));
    assert!(says_of_datagrams.contains("does not suit"), "{says_of_datagrams}");
    assert!(says(document("\"mute\"").accepting(Transport::Datagram)).contains("mute"));
    assert!(says(document("-1").seed()).contains("0 to 2^64 - 1"));
    assert!(says(document("7").gate()).contains("an object with the fields of a gate"));
}

#[test]
fn a_program_is_told_the_kind_of_a_mistake_its_bound_and_what_was_meant() {
    let facts = |text: &str| {
        let error = document(text).gate().expect_err("it is wrong");
        let reason = &error.mistakes[0].reason;
        (reason.kind(), reason.bound().unwrap_or_default(), reason.suggestion().unwrap_or_default())
    };
    for (gate, kind, bound, suggestion) in [
        (r#"{"upstream": "h:1", "acepting": 1}"#, "unknown_field", "one of upstream,", "accepting"),
        (r#"{"upstream": "h:1", "accepting": "hodl"}"#, "wrong_value", "one of accept,", "hold"),
        (
            r#"{"upstream": "h:1", "to_client": [{"type": "latenzy"}]}"#,
            "unknown_fault",
            "one of ",
            "latency",
        ),
        (
            r#"{"upstream": "h:1", "to_client": [{"type": "loss", "ratio": 2}]}"#,
            "wrong_value",
            "0 to 1",
            "",
        ),
        (r#"{"upstream": "h:1", "seed": -1}"#, "wrong_value", "a whole number from 0", ""),
        ("{}", "missing_field", "", ""),
    ] {
        let told = facts(gate);
        assert_eq!((told.0, told.2.as_str()), (kind, suggestion), "{gate}: {told:?}");
        assert!(told.1.starts_with(bound) && (bound.is_empty() == told.1.is_empty()), "{told:?}");
    }
}

#[test]
fn a_gate_is_written_as_what_would_make_the_same() {
    let wanted = GateConfig {
        listen: Some("127.0.0.1:0".to_owned()),
        seed: Some(7),
        to_client: vec![
            chaosgate::EntrySpec::from(Latency::new(Duration::from_secs(1))).named("slow"),
        ],
        accepting: Accepting::Hold,
        on_dial_failure: Some(How::Fin),
        buffer: Some(ByteSize::new(8192)),
        enabled: false,
        ..GateConfig::new("localhost:1")
    };
    let gate = wanted.builder("a").build().expect("a gate");
    gate.to_client().set(wanted.to_client.clone()).expect("faults");
    gate.set_accepting(Accepting::Hold).expect("it can");
    let of = GateConfig::of(&gate);
    assert_eq!(of, wanted);
    let config = Config { gates: [("a".to_owned(), of)].into() };
    let text = serde_json::to_string(&config).expect("JSON");
    assert_eq!(Config::from_document(&document(&text)).expect(&text), config);
}
