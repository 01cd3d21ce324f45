//! No text takes more than its due.

mod support;

use support::{read, refused};

#[test]
fn a_document_has_at_most_1_mib() {
    let longest = format!("gates: {{}}{}", " ".repeat((1 << 20) - 9));
    assert!(read("a.yaml", &longest).is_ok());
    let says = "the document is too long: it must have at most 1048576 bytes";
    let error = refused("a.yaml", &format!("{longest} ")).to_string();
    assert_eq!(error, format!("a.yaml:1:1: {says}"));
}

#[test]
fn at_most_64_lists_and_objects_stand_within_each_other() {
    for (name, start) in [("a.toml", "a = "), ("a.yaml", "a: "), ("a.json", "{\"a\": ")] {
        let end = if name == "a.json" { "}" } else { "" };
        // The document is an object itself.
        let nested = |depth| format!("{start}{}{}{end}", "[".repeat(depth), "]".repeat(depth));
        let says = "this stands too deep: at most 64 lists and objects may stand within each other";
        assert!(!refused(name, &nested(63)).to_string().contains(says), "{name}");
        assert!(refused(name, &nested(64)).to_string().contains(says), "{name}");
        assert_eq!(refused(name, &nested(10_000)).mistakes.len(), 1, "{name}");
        assert_eq!(refused(name, &"[".repeat(10_000)).mistakes.len(), 1, "{name}");
    }
}

#[test]
fn an_anchor_without_an_alias_is_harmless_and_an_alias_is_refused() {
    assert!(read("a.yaml", "gates: &all\n  a: &one {upstream: h:1}").is_ok());
    let laughs = (1..9).map(|level| format!("l{level}: &l{level} [*l{0}, *l{0}]\n", level - 1));
    let text = format!("l0: &l0 [ha]\n{}", laughs.collect::<String>());
    let error = refused("a.yaml", &text).to_string();
    assert_eq!(error, "a.yaml:2:10: an alias cannot be read: write out what it stands for");
}

#[test]
fn a_list_has_at_most_256_faults() {
    let list = |count| {
        let faults = vec!["{type: pass}"; count].join(", ");
        format!("gates: {{a: {{upstream: 'h:1', to_client: [{faults}]}}}}")
    };
    assert!(read("a.yaml", &list(256)).is_ok());
    let error = refused("a.yaml", &list(257)).to_string();
    let says = "gates.a.to_client: a list is wrong: it must be a list of at most 256 faults";
    assert!(error.ends_with(says), "{error}");
}

#[test]
fn a_thousand_mistakes_of_one_fault_are_told_by_the_first() {
    let fields: Vec<_> = (0..1000).map(|number| format!("f{number}: 1")).collect();
    let fault = format!("{{type: stall, {}}}", fields.join(", "));
    let text = format!("gates: {{a: {{upstream: 'h:1', to_client: [{fault}]}}}}");
    assert_eq!(refused("a.yaml", &text).mistakes.len(), 16);
}
