//! What docs/toxiproxy.md promises has a test of the name that it gives.

use std::fs;
use std::path::Path;

#[test]
fn each_row_of_what_is_better_names_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = fs::read_to_string(root.join("docs/toxiproxy.md")).unwrap();
    let table = page.split("| what you do | Toxiproxy | here | NAME |\n").nth(1).unwrap();
    let names: Vec<_> = table
        .lines()
        .skip(1)
        .map_while(|row| row.trim_end_matches(" |").rsplit_once("| `"))
        .map(|(_, name)| name.trim_end_matches('`'))
        .collect();
    assert!(names.len() > 10, "{names:?}");

    let tests = tests_in(&root.join("crates/server/tests/toxiproxy"));
    for name in names {
        let module = name.strip_suffix("::").map(|module| format!("mod {module};"));
        let is_there = match module {
            Some(module) => tests.contains(&module),
            None => tests.lines().any(|line| line.starts_with("async fn") && line.contains(name)),
        };
        assert!(is_there, "no test is named {name}");
    }
}

/// The text of all files below `directory`.
fn tests_in(directory: &Path) -> String {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let texts = entries.map(|path| {
        if path.is_dir() { tests_in(&path) } else { fs::read_to_string(path).unwrap() }
    });
    texts.collect()
}
