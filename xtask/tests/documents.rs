//! What the documents show of the code is what stands there.

use std::fs;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Each block of a diff begins with the name of a file; the lines that it adds stand there, and a
/// new file has nothing else before its tests.
#[test]
fn the_example_of_how_to_add_a_fault_is_what_the_code_says() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let diff = text.split("```diff\n").nth(1).unwrap().split("```").next().unwrap();
    let mut shown = 0;
    for file in diff.split("+++ ").filter(|file| !file.is_empty()) {
        let (name, lines) = file.split_once('\n').unwrap();
        let code = fs::read_to_string(root().join(name)).expect(name);
        let added = lines.lines().map(|line| line.strip_prefix('+').expect("a line that is added"));
        let added: Vec<_> = added.collect();
        shown += added.len();
        if let Some((before_tests, _)) = code.split_once("\n#[cfg(test)]") {
            assert_eq!(added.join("\n"), before_tests.trim_end(), "{name}");
        } else {
            for line in added {
                assert!(code.lines().any(|there| there == line), "{name} has no line \"{line}\"");
            }
        }
    }
    assert!(shown > 20, "only {shown} lines");
}

#[test]
fn the_demo_in_the_readme_fits_a_terminal_of_80_columns() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let shown = readme.split("```text\n").skip(1).filter_map(|block| block.split("```").next());
    let lines: Vec<_> = shown.flat_map(str::lines).filter(|line| line.starts_with('✓')).collect();
    assert!(lines.len() > 60, "ten rows, and all of them");
    for line in lines {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn the_page_of_the_daemon_has_every_path_that_it_serves() {
    let read = |path| fs::read_to_string(root().join(path)).unwrap();
    let (page, code) = (read("docs/daemon.md"), read("crates/server/src/toxiproxy/mod.rs"));
    let routes = code.split(".route(").skip(1).filter_map(|rest| rest.split('"').nth(1));
    let paths: Vec<_> = routes.filter(|path| path.starts_with('/')).collect();
    assert!(paths.len() > 7, "{paths:?}");
    for path in paths {
        assert!(page.contains(&format!(" {path}`")), "{path} is not on the page");
    }
}
