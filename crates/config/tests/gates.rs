//! What a gate of a configuration becomes.

mod support;

use std::time::{Duration, Instant};

use chaosgate::units::ByteSize;
use chaosgate::{Accepting, Custom, Fault, How, Outbox, Segment};
use chaosgate_config::{GateBuilder, GateConfig, Protocol};
use support::read;

const EVERY_FIELD: &str = r#"
[gates.database]
upstream = "127.0.0.1:5432"
listen = "127.0.0.1:15432"
seed = 7
to_server = [{ type = "stall", probability = "5%" }]
to_client = [{ type = "latency", delay = "50ms", name = "slow" }]
accepting = "timeout"
on_dial_failure = "fin"
buffer = "1MiB"
buffer_total = 67108864
enabled = false

[gates.names]
upstream = "9.9.9.9:53"
protocol = "udp"
idle = "3s"
"#;

fn gate(name: &str) -> GateConfig {
    let config = read("gates.toml", EVERY_FIELD).expect("a configuration");
    config.gates[name].clone()
}

#[test]
fn every_field_is_read() {
    let database = gate("database");
    assert_eq!(database.upstream, "127.0.0.1:5432");
    assert_eq!(database.listen.as_deref(), Some("127.0.0.1:15432"));
    assert_eq!((database.protocol, database.seed), (Protocol::Tcp, Some(7)));
    assert_eq!(database.to_server[0].to_string(), "stall:probability=0.05");
    assert_eq!(database.to_client[0].to_string(), "latency:delay=50ms,name=slow");
    assert_eq!(database.accepting, Accepting::Timeout);
    assert_eq!((database.on_dial_failure, database.idle), (Some(How::Fin), None));
    let sizes = [database.buffer, database.buffer_total].map(|size| size.map(ByteSize::get));
    assert_eq!(sizes, [Some(1 << 20), Some(64 << 20)]);
    assert!(!database.enabled);
    assert_eq!(gate("names").idle, Some(Duration::from_secs(3)));
}

#[test]
fn what_is_not_given_or_null_has_its_default() {
    let text = "gates:\n  a:\n    upstream: h:1\n    seed: null\n    to_server:\n    idle: ~";
    let config = read("gates.yaml", text).expect("a configuration");
    assert_eq!(config.gates["a"], GateConfig::new("h:1"));
}

#[test]
fn a_gate_is_built_with_its_route_and_its_seed() {
    let GateBuilder::Tcp(builder) = gate("database").builder("database") else { panic!("UDP") };
    let gate = builder.build().expect("a gate");
    let route = gate.route();
    assert_eq!((route.name.as_str(), gate.seed()), ("database", 7));
    assert_eq!(
        (route.listen.as_str(), route.upstream.as_str()),
        ("127.0.0.1:15432", "127.0.0.1:5432")
    );
}

#[test]
fn a_gate_for_udp_listens_on_a_free_port_if_it_is_not_told_where() {
    let GateBuilder::Udp(builder) = gate("names").builder("names") else { panic!("TCP") };
    let gate = builder.build().expect("a gate");
    assert_eq!(gate.route().listen, "127.0.0.1:0");
    assert_eq!(gate.route().upstream, "9.9.9.9:53");
}

#[test]
fn a_mark_of_the_order_of_bytes_is_skipped() {
    for (name, text) in [
        ("a.toml", "gates.a.upstream = 'h:1'"),
        ("a.yaml", "gates: {a: {upstream: h:1}}"),
        ("a.json", r#"{"gates": {"a": {"upstream": "h:1"}}}"#),
    ] {
        let config = read(name, &format!("\u{feff}{text}")).expect(name);
        assert_eq!(config.gates["a"], GateConfig::new("h:1"));
    }
}

#[test]
fn a_fault_that_is_code_cannot_be_written() {
    struct Mine;
    impl Fault for Mine {
        fn on_segment(&mut self, _: Segment, _: Instant, _: &mut Outbox) {}
    }
    let mine = Custom::new("mine", |_| Mine);
    let code = GateConfig { to_client: vec![mine.into()], ..GateConfig::new("h:1") };
    let refused = serde_json::to_string(&code).expect_err("code").to_string();
    assert_eq!(refused, "custom(mine) is code, and has no form in a document");
}
