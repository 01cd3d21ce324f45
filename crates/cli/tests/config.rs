//! `chaosgate config check` and `chaosgate schema`, as docs/config.md shows them.

mod support;

use std::fs;
use std::path::Path;
use std::process::Output;

use support::{chaosgate, json, run, text};

/// The page of the documentation.
fn page() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join("docs/config.md")).expect("the page")
}

/// The examples of the page that are written in this language.
fn examples(language: &str) -> Vec<String> {
    let (page, begin) = (page(), format!("```{language}\n"));
    let blocks = page.split(&begin).skip(1);
    blocks.map(|block| block.split("```").next().unwrap_or_default().to_owned()).collect()
}

/// What the program says of a file of this name with this content.
fn check(name: &str, content: &str) -> Output {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join(name), content).expect("a file");
    let mut command = chaosgate(&["config", "check", name]);
    command.current_dir(directory.path()).output().expect("the program starts")
}

#[test]
fn a_configuration_is_told_in_a_line_for_each_gate_whatever_it_is_written_in() {
    for language in ["toml", "yaml", "json"] {
        let output = check(&format!("gates.{language}"), &examples(language)[0]);
        assert_eq!(text(&output.stderr), "", "{language}");
        assert_eq!(text(&output.stdout), examples("text")[0], "{language}");
        assert_eq!(output.status.code(), Some(0), "{language}");
    }
}

#[test]
fn all_that_is_wrong_is_told_with_its_place() {
    let output = check("wrong.toml", &examples("toml")[1]);
    assert_eq!(text(&output.stderr), examples("text")[1]);
    assert_eq!((text(&output.stdout), output.status.code()), ("", Some(4)));
}

#[test]
fn a_configuration_that_is_not_there_is_a_wrong_argument() {
    let output = run(&["config", "check", "/no/such/file"]);
    let message = text(&output.stderr);
    assert!(message.contains("the configuration /no/such/file cannot be read: "), "{message}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn the_table_of_the_page_has_every_field_of_the_schema_in_its_order() {
    let schema = json(&run(&["schema"]).stdout);
    let fields = schema["$defs"]["GateConfig"]["properties"].as_object().expect("fields").clone();
    let page = page();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    assert_eq!(rows.collect::<Vec<_>>(), fields.keys().collect::<Vec<_>>());
}

#[test]
fn the_schema_says_of_every_field_what_it_is_for() {
    let schema = json(&run(&["schema"]).stdout);
    assert_eq!(schema["title"], "A configuration of chaosgate");
    for (name, field) in schema["$defs"]["GateConfig"]["properties"].as_object().expect("fields") {
        assert!(field["description"].is_string(), "{name}");
    }
}
