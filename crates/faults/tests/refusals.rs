//! What is refused, and in which words: each message names the field, the value and its bounds.

use std::time::Instant;

use chaosgate_faults::virtual_time::epoch;
use chaosgate_faults::{
    Custom, EntrySpec, Fault, FaultList, FaultSpec, Meeting, Outbox, Segment, Stall, catalogue,
};

const DURATION: &str = "is no duration: it must be between 0s and 365d, such as \"100ms\"";
const NO_UNIT: &str = "has no unit: a duration is between 0s and 365d, such as \"100ms\"";
const RATIO: &str = "is no ratio: it must be between 0 and 1, such as \"5%\"";
const RATE: &str = "has no unit: a byte rate is between 0.001B/s and 1TB/s, such as \"64KiB/s\"";
const SIZE: &str = "whole bytes, such as \"64KiB\"";
const NAME: &str = "is no name: it must be a text of 1 to 200 characters";
const KNOWN: &str = "pass, stall, drop, blackhole, latency, bandwidth, slice, coalesce, corrupt, loss, burst_loss, \
                     duplicate, reorder, truncate, close_on_data, limit_bytes, lifetime, idle, slow_close, reset";

const COUNT: &str = "is no count: it must be a whole number from 1 to 1000";

/// The fields that every fault has.
fn beside() -> String {
    let fields = &catalogue::entry().fields;
    fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// What the command line says of this text.
fn text(written: &str) -> String {
    written.parse::<EntrySpec>().expect_err(written).to_string()
}

/// What a document says of this JSON.
fn json(written: &str) -> String {
    serde_json::from_str::<EntrySpec>(written).expect_err(written).to_string()
}

#[test]
fn an_unknown_fault_is_answered_with_all_that_there_are() {
    let message =
        format!("unknown fault \"latancy\": it must be one of {KNOWN}; did you mean \"latency\"?");
    assert_eq!(text("latancy:delay=5ms"), message);
    assert_eq!(json(r#"{"type": "latancy", "delay": "5ms"}"#), message);
    let message = format!("unknown fault \"custom\": it must be one of {KNOWN}");
    assert_eq!(json(r#"{"type": "custom"}"#), message);
}

#[test]
fn an_unknown_field_is_answered_with_the_fields_of_the_fault() {
    let beside = beside();
    let message = format!(
        "latency has no field \"dealy\": \
         its fields are delay, jitter, distribution, correlation, end, keep_order, {beside}; did you mean \"delay\"?"
    );
    assert_eq!(text("latency:dealy=5ms"), message);
    let written = r#"{"type": "latency", "name": "x", "delay": "5ms", "dealy": 1, "worse": 2}"#;
    assert_eq!(json(written), message, "the first of several");
    let message = format!("stall has no field \"delay\": its fields are {beside}");
    assert_eq!(text("stall:delay=5ms"), message);
    assert_eq!(json(r#"{"type": "stall", "delay": "5ms"}"#), message);
}

#[test]
fn a_missing_field_is_answered_with_an_example() {
    let message = "latency needs the field \"delay\", as in latency:delay=100ms,jitter=10ms";
    assert_eq!(text("latency"), message);
    assert_eq!(json(r#"{"type": "latency"}"#), message);
    assert_eq!(
        text("slice:pause=1ms"),
        "slice needs the field \"size\", as in slice:size=10B,variation=3B,pause=1ms"
    );
}

#[test]
fn a_value_out_of_bounds_is_answered_with_the_bounds() {
    for (written, message) in [
        ("latency:delay=-5ms", format!("latency: delay: \"-5ms\" {DURATION}")),
        ("latency:delay=5", format!("latency: delay: \"5\" {NO_UNIT}")),
        ("latency:delay=", format!("latency: delay: \"\" {DURATION}")),
        ("latency:delay=366d", format!("latency: delay: \"366d\" {DURATION}")),
        ("stall:for=forever", format!("stall: for: \"forever\" {DURATION}")),
        ("stall:probability=7", format!("stall: probability: \"7\" {RATIO}")),
        ("stall:probability=101%", format!("stall: probability: \"101%\" {RATIO}")),
        (
            "slice:size=0",
            format!("slice: size: \"0\" is no byte size: it must be 1 to 2^64 - 1 {SIZE}"),
        ),
        (
            "limit_bytes:bytes=18446744073709551616",
            format!(
                "limit_bytes: bytes: \"18446744073709551616\" is no byte size: it must be 0 to 2^64 - 1 {SIZE}"
            ),
        ),
        ("bandwidth:rate=100", format!("bandwidth: rate: \"100\" {RATE}")),
        ("corrupt:ratio=101%", format!("corrupt: ratio: \"101%\" {RATIO}")),
        ("loss:ratio=1,correlation=-1", format!("loss: correlation: \"-1\" {RATIO}")),
        ("latency:delay=1s,correlation=2", format!("latency: correlation: \"2\" {RATIO}")),
        ("coalesce:size=1,max_wait=-1s", format!("coalesce: max_wait: \"-1s\" {DURATION}")),
        ("duplicate:ratio=1,copies=0", format!("duplicate: copies: \"0\" {COUNT}")),
        ("reorder:ratio=1,gap=1001", format!("reorder: gap: \"1001\" {COUNT}")),
        ("stall:name=", format!("stall: name: \"\" {NAME}")),
        ("stall:times=0", format!("stall: times: \"0\" {COUNT}")),
    ] {
        assert_eq!(text(written), message);
    }
    let long = "x".repeat(201);
    assert_eq!(text(&format!("stall:name={long}")), format!("stall: name: \"{long}\" {NAME}"));
}

#[test]
fn what_says_when_a_fault_acts_is_refused_with_the_reason() {
    for (written, message) in [
        ("stall:on=a(", "on: \"a(\" is no pattern: unclosed group at byte 1"),
        (
            "stall:on_other=a*",
            "on_other: \"a*\" is no pattern: it matches the empty text, which is everywhere",
        ),
        ("stall:span=match", "span: \"match\" has no beginning: give on too"),
        ("stall:nth=2", "nth: \"2\" counts matches: give on or on_other too"),
        (
            "stall:start_after=2s,for=2s",
            "start_after: 2s is not less than for = 2s: it would end before it acts",
        ),
    ] {
        assert_eq!(text(written), format!("stall: {message}"));
    }
    let built = EntrySpec::new(Stall {}).nth("2".parse().expect("numbers"));
    let refused = FaultList::default().with(built, epoch()).expect_err("refused");
    assert_eq!(refused.to_string(), "stall: nth: \"2\" counts matches: give on or on_other too");
}

#[test]
fn one_of_few_values_is_answered_with_all_of_them() {
    for (written, message) in [
        (
            "latency:delay=1s,distribution=gauss",
            "latency: distribution: \"gauss\" is unknown: it must be one of uniform, normal, pareto",
        ),
        (
            "latency:delay=1s,end=maybe",
            "latency: end: \"maybe\" is unknown: it must be one of true, false",
        ),
        (
            "lifetime:timeout=1s,how=kill",
            "lifetime: how: \"kill\" is unknown: it must be one of fin, reset",
        ),
        (
            "corrupt:how=scramble",
            "corrupt: how: \"scramble\" is unknown: it must be one of invert, random, zero",
        ),
        (
            "blackhole:ends=true",
            "blackhole: ends: true is unknown: it must be one of swallow, pass",
        ),
    ] {
        assert_eq!(text(written), message);
    }
}

#[test]
fn a_value_of_the_wrong_type_is_refused_as_it_was_written() {
    for (fields, message) in [
        (r#""delay": 5"#, format!("delay: 5 {NO_UNIT}")),
        (r#""delay": null"#, format!("delay: null {DURATION}")),
        (r#""delay": {"ms": 5}"#, format!("delay: {{\"ms\":5}} {DURATION}")),
        (
            r#""delay": "1s", "end": "true""#,
            "end: \"true\" is unknown: it must be one of true, false".to_owned(),
        ),
        (
            r#""delay": "1s", "distribution": 5"#,
            "distribution: 5 is unknown: it must be one of uniform, normal, pareto".to_owned(),
        ),
        (r#""delay": "1s", "probability": true"#, format!("probability: true {RATIO}")),
        (r#""delay": "1s", "probability": 7"#, format!("probability: 7 {RATIO}")),
        (r#""delay": "1s", "name": 5"#, format!("name: 5 {NAME}")),
        (r#""delay": "1s", "name": ["a"]"#, format!("name: [\"a\"] {NAME}")),
        (r#""delay": "1s", "for": 5"#, format!("for: 5 {NO_UNIT}")),
    ] {
        let written = format!(r#"{{"type": "latency", {fields}}}"#);
        assert_eq!(json(&written), format!("latency: {message}"));
    }
}

#[test]
fn what_is_no_fault_at_all_is_shown_as_it_was_written() {
    for (written, message) in [
        ("", "\"\" is no fault: it must begin with the type of a fault, as in latency:delay=100ms"),
        (
            "stall:1s",
            "\"stall:1s\" is no fault: its fields must be written name=value, with commas between",
        ),
        (
            "latency:delay=1s,delay=2s",
            "\"latency:delay=1s,delay=2s\" is no fault: it gives the field delay twice",
        ),
        (
            "stall:name=\"a",
            "\"stall:name=\"a\" is no fault: the value of name must end with a quote, and then a comma or nothing",
        ),
    ] {
        assert_eq!(text(written), message);
    }
    for (written, message) in [
        (r#"{"delay":"5ms","name":"x","probability":7}"#, r#"it has no "type""#),
        (r#"{"type":5,"name":"x"}"#, r#"its "type" is 5 and not a text"#),
        (r#"["latency"]"#, r#"it must be an object with a "type""#),
        (r#""latency""#, r#"it must be an object with a "type""#),
    ] {
        assert_eq!(json(written), format!("{written} is no fault: {message}"));
        let fault = serde_json::from_str::<FaultSpec>(written).expect_err(written).to_string();
        assert_eq!(fault, format!("{written} is no fault: {message}"));
    }
}

#[test]
fn a_fault_that_is_code_has_no_form_in_a_document() {
    struct Mine;
    impl Fault for Mine {
        fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
            out.push(segment, now);
        }
    }
    let mine = Custom::new("mine", |_: &Meeting| Mine);
    let message = "custom(mine) is code, and has no form in a document";
    let fault = serde_json::to_string(&FaultSpec::from(mine.clone())).expect_err("refused");
    assert_eq!(fault.to_string(), message);
    let entry = EntrySpec::from(mine).named("it");
    assert_eq!(serde_json::to_string(&entry).expect_err("refused").to_string(), message);
    assert_eq!(entry.to_string(), "custom(mine)");
}

#[test]
fn a_text_is_taken_as_it_is_written_and_printed_as_it_is_read() {
    for written in [
        "latency:delay=0s,name=007,probability=0.5,for=0s",
        "stall:name=1e3",
        "stall:name=\"true\"",
        "stall:name=\"a, b\"",
        "limit_bytes:bytes=1kB,name=null",
    ] {
        assert_eq!(written.parse::<EntrySpec>().expect(written).to_string(), written);
    }
    assert_eq!("latency:delay=0".parse(), "latency:delay=0s".parse::<EntrySpec>());
    assert_eq!("limit_bytes:bytes=1000".parse(), "limit_bytes:bytes=1kB".parse::<EntrySpec>());
}
