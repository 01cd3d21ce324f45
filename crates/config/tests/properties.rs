//! What holds for every configuration, and for every text.

mod support;

use std::sync::LazyLock;

use boon::{Compiler, SchemaIndex, Schemas};
use chaosgate_config::Config;
use proptest::prelude::*;
use serde_json::Value;
use support::read;
use support::strategies::configs;

proptest! {
    #[test]
    fn what_is_written_of_a_configuration_is_read_as_the_same(config in configs()) {
        let json = serde_json::to_string_pretty(&config).expect("JSON");
        let toml = toml::to_string(&config).expect("TOML");
        // JSON is YAML too, but for what does not print.
        for (name, text) in [("a.toml", &toml), ("a.json", &json), ("a.yaml", &json)] {
            let again = read(name, text);
            prop_assert!(matches!(&again, Ok(again) if *again == config), "{again:?}\n{text}");
        }
    }

    #[test]
    fn what_is_serialized_is_deserialized_as_the_same(config in configs()) {
        let json = serde_json::to_value(&config).expect("JSON");
        prop_assert_eq!(serde_json::from_value::<Config>(json).expect("a configuration"), config);
    }

    #[test]
    fn the_schema_allows_every_configuration(config in configs()) {
        let wrong = against_the_schema(&serde_json::to_value(&config).expect("JSON"));
        prop_assert_eq!(wrong, None);
    }

    #[test]
    fn a_text_is_read_or_refused_at_a_place_that_it_has(
        text in "(gates|a|\\[|\\]|\\{|\\}|:|=|\"|'|-|,|\n|  |ä|1|&x|\\*x|[^a]){0,30}",
    ) {
        for name in ["a.toml", "a.yaml", "a.json"] {
            for mistake in read(name, &text).map_or_else(|error| error.mistakes, |_| Vec::new()) {
                prop_assert!(text.get(mistake.span.clone()).is_some(), "{:?}", mistake);
                prop_assert!(mistake.line <= text.matches('\n').count() + 1, "{:?}", mistake);
            }
        }
    }
}

/// What the schema has against a document.
fn against_the_schema(document: &Value) -> Option<String> {
    static SCHEMA: LazyLock<(Schemas, SchemaIndex)> = LazyLock::new(|| {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource("config.json", Config::schema()).expect("a schema");
        let schema = compiler.compile("config.json", &mut schemas).expect("a schema");
        (schemas, schema)
    });
    let (schemas, schema) = &*SCHEMA;
    schemas.validate(document, *schema).err().map(|error| error.to_string())
}

#[test]
fn the_schema_refuses_what_is_refused() {
    for gate in [
        "{}",
        r#"{"upstream": 7}"#,
        r#"{"upstream": "h:1", "lisen": ":2"}"#,
        r#"{"upstream": "h:1", "protocol": "tpc"}"#,
        r#"{"upstream": "h:1", "seed": -1}"#,
        r#"{"upstream": "h:1", "accepting": "hodl"}"#,
        r#"{"upstream": "h:1", "buffer": "many"}"#,
        r#"{"upstream": "h:1", "to_server": "stall"}"#,
        r#"{"upstream": "h:1", "to_server": [{"type": "latenzy"}]}"#,
        r#"{"upstream": "h:1", "to_server": [{"type": "latency"}]}"#,
        r#"{"upstream": "h:1", "to_server": [{"type": "latency", "delay": 5}]}"#,
        r#"{"upstream": "h:1", "to_server": [{"type": "stall", "probability": 7}]}"#,
    ] {
        let text = format!(r#"{{"gates": {{"a": {gate}}}}}"#);
        assert!(read("a.json", &text).is_err(), "{text}");
        let document = serde_json::from_str(&text).expect("JSON");
        assert!(against_the_schema(&document).is_some(), "{text}");
    }
}
