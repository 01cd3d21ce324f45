//! The exit codes, as docs/exit-codes.md has them.
#![cfg(unix)]

mod support;

use std::fs;
use std::path::Path;

use support::chaosgate;

/// The codes of the page, each with its command.
fn rows(page: &str) -> Vec<(i32, Vec<&str>)> {
    let rows = page.lines().filter_map(|line| {
        let code = line.strip_prefix("| ")?.split(' ').next()?.parse().ok()?;
        let (_, command) = line.strip_suffix("` |")?.rsplit_once("`chaosgate ")?;
        Some((code, command.split(' ').collect()))
    });
    rows.collect()
}

#[test]
fn the_commands_of_the_page_end_with_its_codes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join("docs/exit-codes.md")).expect("the page");
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("wrong.toml"), "[gates.a]\n").expect("a file");
    let codes: Vec<_> = rows(&page).iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, [0, 1, 2, 3, 4]);
    for (code, arguments) in rows(&page) {
        let output = chaosgate(&arguments).current_dir(directory.path()).output();
        let output = output.expect("the program starts");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {output:?}");
        assert_eq!(code == 0, output.stderr.is_empty(), "{output:?}");
    }
}
