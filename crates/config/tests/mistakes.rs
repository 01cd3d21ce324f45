//! One mistake is told in the same words, and at its place, whatever it is written in.

mod support;

use chaosgate::catalogue;
use support::refused;

/// A document with one mistake, in each format.
struct Case {
    toml: &'static str,
    yaml: &'static str,
    json: &'static str,
    /// What the mistake is about, as it is written there, but for quotes: the last such part of the text.
    at: &'static str,
    /// What is said of it.
    /// `BESIDE` stands for the fields that every fault has.
    says: &'static str,
}

const CASES: &[Case] = &[
    // An unknown field of a gate.
    Case {
        toml: "[gates.a]\nupstream = 'h:1'\nlisen = ':2'",
        yaml: "gates:\n  a:\n    upstream: h:1\n    lisen: ':2'",
        json: "{\"gates\": {\"a\": {\n\"upstream\": \"h:1\",\n\"lisen\": \":2\"}}}",
        at: "lisen",
        says: "gates.a.lisen: a gate has no field \"lisen\": its fields are upstream, listen, protocol, seed, \
               to_server, to_client, accepting, on_dial_failure, idle, buffer, buffer_total, enabled; did \
               you mean \"listen\"?",
    },
    // An unknown field of the document.
    Case {
        toml: "gates.a.upstream = 'h:1'\n[gate]",
        yaml: "gates: {a: {upstream: h:1}}\ngate: {}",
        json: "{\"gates\": {\"a\": {\"upstream\": \"h:1\"}},\n\"gate\": {}}",
        at: "gate",
        says: "gate: a configuration has no field \"gate\": its fields are gates; did you mean \"gates\"?",
    },
    // An unknown field of a fault.
    Case {
        toml: "[gates.a]\nupstream = 'h:1'\nto_client = [\n  {type = 'stall'},\n  {type = 'latency', delay = '1s', jiter = '1s'},\n]",
        yaml: "gates:\n  a:\n    upstream: h:1\n    to_client:\n    - type: stall\n    - type: latency\n      delay: 1s\n      jiter: 1s",
        json: "{\"gates\": {\"a\": {\"upstream\": \"h:1\", \"to_client\": [\n{\"type\": \"stall\"},\n{\"type\": \"latency\", \"delay\": \"1s\", \"jiter\": \"1s\"}]}}}",
        at: "jiter",
        says: "gates.a.to_client[1].jiter: latency has no field \"jiter\": its fields are delay, jitter, \
               distribution, correlation, end, keep_order, BESIDE; did you mean \"jitter\"?",
    },
    // A URL, and another tool's word.
    Case {
        toml: "[gates.a]\nupstream = 'redis://h'",
        yaml: "gates:\n  a:\n    upstream: redis://h",
        json: "{\"gates\": {\"a\": {\n\"upstream\": \"redis://h\"}}}",
        at: "redis://h",
        says: "gates.a.upstream: upstream address is wrong: give h:6379, not a URL",
    },
    Case {
        toml: "[gates.a]\nupstream = 'h:1'\nto_client = [{type = 'latency', delay = '1s', duration = '5s'}]",
        yaml: "gates:\n  a:\n    upstream: h:1\n    to_client:\n    - type: latency\n      delay: 1s\n      duration: 5s",
        json: "{\"gates\": {\"a\": {\"upstream\": \"h:1\", \"to_client\": [\n{\"type\": \"latency\", \"delay\": \"1s\", \"duration\": \"5s\"}]}}}",
        at: "duration",
        says: "gates.a.to_client[0].duration: latency has no field \"duration\": its fields are delay, jitter, \
               distribution, correlation, end, keep_order, BESIDE; did you mean \"for\"?",
    },
    // A wrong type.
    Case {
        toml: "[gates.a]\nupstream = 'h:1'\nenabled = 'yes'",
        yaml: "gates:\n  a:\n    upstream: h:1\n    enabled: yes",
        json: "{\"gates\": {\"a\": {\n\"upstream\": \"h:1\",\n\"enabled\": \"yes\"}}}",
        at: "yes",
        says: "gates.a.enabled: \"yes\" is wrong: it must be true or false",
    },
    Case {
        toml: "[gates]\na = 5432",
        yaml: "gates:\n  a: 5432",
        json: "{\"gates\":\n{\"a\": 5432}}",
        at: "5432",
        says: "gates.a: 5432 is wrong: it must be an object with the fields of a gate",
    },
    Case {
        toml: "[gates.a]\nupstream = 'h:1'\nto_server = 'stall'",
        yaml: "gates:\n  a:\n    upstream: h:1\n    to_server: stall",
        json: "{\"gates\": {\"a\": {\n\"upstream\": \"h:1\",\n\"to_server\": \"stall\"}}}",
        at: "stall",
        says: "gates.a.to_server: \"stall\" is wrong: it must be a list of at most 256 faults",
    },
    // Out of bounds.
    Case {
        toml: "[gates.a]\nupstream = 'h:1'\nseed = -1",
        yaml: "gates:\n  a:\n    upstream: h:1\n    seed: -1",
        json: "{\"gates\": {\"a\": {\n\"upstream\": \"h:1\",\n\"seed\": -1}}}",
        at: "-1",
        says: "gates.a.seed: -1 is wrong: it must be a whole number from 0 to 2^64 - 1",
    },
    Case {
        toml: "[gates.a]\nupstream = 'h:1'\nbuffer = '4kB'",
        yaml: "gates:\n  a:\n    upstream: h:1\n    buffer: 4kB",
        json: "{\"gates\": {\"a\": {\n\"upstream\": \"h:1\",\n\"buffer\": \"4kB\"}}}",
        at: "4kB",
        says: "gates.a.buffer: \"4kB\" is wrong: it must be at least 4KiB",
    },
    Case {
        toml: "[gates.a]\nupstream = 'h:1'\nprotocol = 'udp'\nidle = '1us'",
        yaml: "gates:\n  a:\n    upstream: h:1\n    protocol: udp\n    idle: 1us",
        json: "{\"gates\": {\"a\": {\n\"upstream\": \"h:1\", \"protocol\": \"udp\",\n\"idle\": \"1us\"}}}",
        at: "1us",
        says: "gates.a.idle: idle time 1µs is too short: it must be at least 1ms",
    },
    Case {
        toml: "[gates.a]\nupstream = 'h:1'\n[[gates.a.to_server]]\ntype = 'latency'\ndelay = 50",
        yaml: "gates:\n  a:\n    upstream: h:1\n    to_server:\n    - type: latency\n      delay: 50",
        json: "{\"gates\": {\"a\": {\n\"upstream\": \"h:1\", \"to_server\": [\n{\"type\": \"latency\",\n\"delay\": 50}]}}}",
        at: "50",
        says: "gates.a.to_server[0].delay: 50 has no unit: a duration is between 0s and 365d, such as \
               \"100ms\"",
    },
    // A value of which there are few.
    Case {
        toml: "[gates.a]\nupstream = 'h:1'\naccepting = 'hodl'",
        yaml: "gates:\n  a:\n    upstream: h:1\n    accepting: hodl",
        json: "{\"gates\": {\"a\": {\n\"upstream\": \"h:1\",\n\"accepting\": \"hodl\"}}}",
        at: "hodl",
        says: "gates.a.accepting: \"hodl\" is unknown: it must be one of accept, hold, refuse, reset, mute, \
               timeout; did you mean \"hold\"?",
    },
    Case {
        toml: "[gates.a]\nupstream = 'h:1'\nto_server = [{type = 'close_on_data', how = 'rest'}]",
        yaml: "gates:\n  a:\n    upstream: h:1\n    to_server: [{type: close_on_data, how: rest}]",
        json: "{\"gates\": {\"a\": {\n\"upstream\": \"h:1\",\n\"to_server\": [{\"type\": \"close_on_data\", \"how\": \"rest\"}]}}}",
        at: "rest",
        says: "gates.a.to_server[0].how: \"rest\" is unknown: it must be one of fin, reset; did you mean \
               \"reset\"?",
    },
    // An unknown fault.
    Case {
        toml: "[gates.a]\nupstream = 'h:1'\nto_client = [\n{type = 'latenzy', delay = '1s'}]",
        yaml: "gates:\n  a:\n    upstream: h:1\n    to_client:\n    - {type: latenzy, delay: 1s}",
        json: "{\"gates\": {\"a\": {\"upstream\": \"h:1\", \"to_client\": [\n{\"type\": \"latenzy\", \"delay\": \"1s\"}]}}}",
        at: "latenzy",
        says: "gates.a.to_client[0].type: unknown fault \"latenzy\": it must be one of pass, stall, drop, \
               blackhole, latency, bandwidth, slice, coalesce, corrupt, loss, burst_loss, duplicate, \
               reorder, truncate, close_on_data, limit_bytes, lifetime, idle, slow_close, reset; did you \
               mean \"latency\"?",
    },
    // A fault that lacks a field.
    Case {
        toml: "[gates.a]\nupstream = 'h:1'\nto_client = [\n{end = false, type = 'latency'}]",
        yaml: "gates:\n  a:\n    upstream: h:1\n    to_client:\n    - end: false\n      type: latency",
        json: "{\"gates\": {\"a\": {\"upstream\": \"h:1\", \"to_client\": [\n{\"end\": false, \"type\": \"latency\"}]}}}",
        at: "latency",
        says: "gates.a.to_client[0]: latency needs the field \"delay\", as in latency:delay=100ms,jitter=10ms",
    },
    // A gate without an upstream.
    Case {
        toml: "[gates.database]\nlisten = ':2'",
        yaml: "gates:\n  database:\n    listen: ':2'",
        json: "{\"gates\": {\n\"database\": {\n\"listen\": \":2\"}}}",
        at: "database",
        says: "gates.database: a gate needs the field \"upstream\", as in \"localhost:5432\"",
    },
    Case {
        toml: "[gates.database]\nupstream = 'h:1'\n[gates.'the cache']",
        yaml: "gates:\n  database: {upstream: h:1}\n  the cache: {}",
        json: "{\"gates\": {\"database\": {\"upstream\": \"h:1\"},\n\"the cache\": {}}}",
        at: "the cache",
        says: "gates.\"the cache\": a gate needs the field \"upstream\", as in \"localhost:5432\"",
    },
    // A wrong address.
    Case {
        toml: "[gates.a]\nupstream = 'localhost'",
        yaml: "gates:\n  a:\n    upstream: localhost",
        json: "{\"gates\": {\"a\": {\n\"upstream\": \"localhost\"}}}",
        at: "localhost",
        says: "gates.a.upstream: upstream address \"localhost\" is wrong: it must be HOST:PORT",
    },
    Case {
        toml: "[gates.a]\nupstream = 'h:1'\nlisten = '::1:80'",
        yaml: "gates:\n  a:\n    upstream: h:1\n    listen: ::1:80",
        json: "{\"gates\": {\"a\": {\n\"upstream\": \"h:1\",\n\"listen\": \"::1:80\"}}}",
        at: "::1:80",
        says: "gates.a.listen: listen address \"::1:80\" is wrong: an IPv6 address must be in brackets",
    },
    // What the gate's protocol does not have.
    Case {
        toml: "[gates.a]\nupstream = 'h:1'\nprotocol = 'udp'\nto_server = [{type = 'slice', size = '1B'}]",
        yaml: "gates:\n  a:\n    upstream: h:1\n    protocol: udp\n    to_server: [{type: slice, size: 1B}]",
        json: "{\"gates\": {\"a\": {\"upstream\": \"h:1\", \"protocol\": \"udp\",\n\"to_server\": [{\"type\": \"slice\", \"size\": \"1B\"}]}}}",
        at: "slice",
        says: "gates.a.to_server[0]: slice:size=1B does not suit datagrams: a datagram is delivered whole \
               or not at all",
    },
    Case {
        toml: "[gates.a]\nupstream = 'h:1'\nprotocol = 'udp'\naccepting = 'mute'",
        yaml: "gates:\n  a:\n    upstream: h:1\n    protocol: udp\n    accepting: mute",
        json: "{\"gates\": {\"a\": {\"upstream\": \"h:1\", \"protocol\": \"udp\",\n\"accepting\": \"mute\"}}}",
        at: "mute",
        says: "gates.a.accepting: cannot change from accept to mute: a UDP gate can accept, hold or refuse",
    },
    Case {
        toml: "[gates.a]\nupstream = 'h:1'\nidle = '3s'",
        yaml: "gates:\n  a:\n    upstream: h:1\n    idle: 3s",
        json: "{\"gates\": {\"a\": {\n\"upstream\": \"h:1\",\n\"idle\": \"3s\"}}}",
        at: "3s",
        says: "gates.a.idle: a gate with protocol = tcp has no field \"idle\": it is for udp alone",
    },
    // Two entries of one name.
    Case {
        toml: "[gates.a]\nupstream = 'h:1'\nto_server = [{type = 'stall'},\n{type = 'drop', name = 'stall'}]",
        yaml: "gates:\n  a:\n    upstream: h:1\n    to_server:\n    - type: stall\n    - {type: drop, name: stall}",
        json: "{\"gates\": {\"a\": {\"upstream\": \"h:1\", \"to_server\": [{\"type\": \"stall\"},\n{\"type\": \"drop\", \"name\": \"stall\"}]}}}",
        at: "stall",
        says: "gates.a.to_server[1].name: there is a fault named \"stall\" already: each needs a name of \
               its own",
    },
    // Two gates of one name.
    Case {
        toml: "[gates.base]\nupstream = 'h:1'\n[gates.base]\nupstream = 'h:2'",
        yaml: "gates:\n  base:\n    upstream: h:1\n  base:\n    upstream: h:2",
        json: "{\"gates\": {\n\"base\": {\"upstream\": \"h:1\"},\n\"base\": {\"upstream\": \"h:2\"}}}",
        at: "base",
        says: "\"base\" is given twice: a key must be the only such in its object",
    },
    // One field twice.
    Case {
        toml: "gates.a = {upstream = 'h:1',\n\"upstream\" = 'h:2'}",
        yaml: "gates:\n  a:\n    upstream: h:1\n    \"upstream\": h:2",
        json: "{\"gates\": {\"a\": {\"upstream\": \"h:1\",\n\"upstream\": \"h:2\"}}}",
        at: "upstream",
        says: "\"upstream\" is given twice: a key must be the only such in its object",
    },
];

#[test]
fn a_mistake_is_told_in_the_same_words_and_at_its_place_in_every_format() {
    let beside: Vec<_> =
        catalogue::entry().fields.iter().map(|field| field.name.as_str()).collect();
    for Case { toml, yaml, json, at, says } in CASES {
        for (name, text) in [("gates.toml", toml), ("gates.yaml", yaml), ("gates.json", json)] {
            let error = refused(name, text);
            let [mistake] = &error.mistakes[..] else { panic!("{text}\n{error}") };
            let place = text.rfind(at).expect(at);
            let meant = &text[mistake.span.clone()];
            assert_eq!(meant.trim_matches(['"', '\'']), *at, "{name}\n{text}");
            let quote = usize::from(meant.starts_with(['"', '\'']));
            let before = &text[..place - quote];
            let (line, column) = (before.matches('\n').count() + 1, before.lines().last());
            let column = if before.ends_with('\n') { 0 } else { column.map_or(0, str::len) } + 1;
            let says = says.replace("BESIDE", &beside.join(", "));
            assert_eq!(error.to_string(), format!("{name}:{line}:{column}: {says}"), "{text}");
        }
    }
}

#[test]
fn all_mistakes_are_told_together_in_their_order() {
    let text = "\
[gates.cache]
upstream = 'localhost'
to_client = [
  { type = 'latency', delay = 50, jitter = '1', probability = 7, end = 'no', speed = 1 },
  { type = 'bandwith' },
  { name = 'x' },
]
buffer = []
[gates.base]
protocol = 'tpc'
to_server = [{ type = 'loss', ratio = '5%' }]
";
    let error = refused("gates.toml", text);
    let told: Vec<_> = error.mistakes.iter().map(|one| (one.line, one.path.as_str())).collect();
    assert_eq!(
        told,
        [
            (2, "gates.cache.upstream"),
            (4, "gates.cache.to_client[0].delay"),
            (4, "gates.cache.to_client[0].jitter"),
            (4, "gates.cache.to_client[0].probability"),
            (4, "gates.cache.to_client[0].end"),
            (4, "gates.cache.to_client[0].speed"),
            (5, "gates.cache.to_client[1].type"),
            (6, "gates.cache.to_client[2]"),
            (8, "gates.cache.buffer"),
            (9, "gates.base"),
            (10, "gates.base.protocol"),
        ]
    );
    // What suits a protocol is not judged while that is unknown.
    assert!(!error.to_string().contains("suit"), "{error}");
}

#[test]
fn a_mistake_of_the_syntax_has_its_line_and_column() {
    for (name, text, says) in [
        ("a.toml", "[gates.a]\nupstream = 'h:1", "a.toml:2:"),
        ("a.yaml", "gates:\n  a: {upstream: h:1\n", "a.yaml:2:6: unclosed bracket"),
        ("a.yaml", "gates: {}\n---\ngates: {}", "a.yaml:2:1: a second document begins"),
        (
            "a.yaml",
            "gates:\n  a: &x {upstream: h:1}\n  b: *x",
            "a.yaml:3:6: an alias cannot be read",
        ),
        ("a.yaml", "gates:\n  a: !gate {upstream: h:1}", "a.yaml:2:12: a tag cannot be read"),
        ("a.yaml", "gates:\n  [a]: {}", "a.yaml:2:3: this cannot be a key"),
        ("a.json", "{\"gates\":\n  {\"a\": }}", "a.json:2:9: expected value"),
        ("a.json", "{\"gates\":\n  {\"ä\": tru}}", "a.json:2:"),
        ("a.json", "{\"gates\": {\"a\": {\n\"upstream\": \"\\ud800\"}}}", "a.json:2:13: "),
        ("a.json", "{\"gates\": {\"a\": {\n\"seed\": 1e999}}}", "a.json:2:9: number out of range"),
        ("a.json", "{} {}", "a.json:1:4: trailing characters"),
        ("a.json", "", "a.json:1:1: EOF while parsing a value"),
        (
            "a.yaml",
            "",
            "a.yaml:1:1: null is wrong: it must be an object with the fields of a config",
        ),
        ("a.toml", "", "a.toml:1:1: a configuration needs the field \"gates\""),
    ] {
        let error = refused(name, text).to_string();
        assert!(error.starts_with(says), "{error}");
    }
}

#[test]
fn what_is_misspelt_is_not_missing_too() {
    let text = "gates: {a: {upsteam: 'h:1', to_client: [{type: latency, dely: 5}]}}";
    let error = refused("gates.yaml", text);
    let paths: Vec<_> = error.mistakes.iter().map(|one| one.path.as_str()).collect();
    // That the delay has no unit is told of the fault, since it is not there under its name.
    let fault = "gates.a.to_client[0]";
    assert_eq!(paths, ["gates.a.upsteam", fault, "gates.a.to_client[0].dely"], "{error}");
    assert!(!error.to_string().contains("needs the field"), "{error}");
}

#[test]
fn a_text_that_is_no_configuration_at_all_is_not_shown_in_full() {
    let error = refused("README.md", &"word ".repeat(1000)).to_string();
    let says = "README.md:1:1: a text of 4999 bytes is wrong: it must be an object";
    assert!(error.starts_with(says), "{error}");
}
