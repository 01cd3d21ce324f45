//! The pages of the documentation: every command on them works, and every block of code is run.
//!
//! The `sh` blocks of a page are one script, as its reader types them, in a directory that has the files
//! they name (`desk.rs`). `chaosgate` is the real program there. Of others there are the few that pages
//! use, and stand-ins for those that are not to be run, each with what is looked at instead, and why. So a
//! command that nobody runs is not found, and fails.
#![cfg(unix)]

mod desk;
mod page;

use std::fs;

use chaosgate_testkit::skip_or_panic;

use desk::{Desk, TOOLS, found};
use page::{Page, root};

/// The page whose commands run beside the Python package, which this program does not have.
const BY_PYTEST: &str = "docs/pytest.md";

/// What runs the blocks that are no commands: of a page, those of a language, by the test that names
/// the page.
const RUN_BY: [(&str, &str, &str); 17] = [
    ("README.md", "python", "python/tests/test_pages.py"),
    ("README.md", "rust", "crates/trial/tests/pages/main.rs"),
    ("README.md", "text", "xtask/tests/documents.rs"),
    ("ARCHITECTURE.md", "diff", "xtask/tests/documents.rs"),
    ("docs/commands.md", "text", "crates/cli/tests/remote_gates.rs"),
    ("docs/config.md", "toml", "crates/cli/tests/config.rs"),
    ("docs/config.md", "yaml", "crates/cli/tests/config.rs"),
    ("docs/config.md", "json", "crates/cli/tests/config.rs"),
    ("docs/config.md", "text", "crates/cli/tests/config.rs"),
    ("docs/daemon.md", "ini", "crates/cli/tests/systemd.rs"),
    (BY_PYTEST, "ini", "python/tests/test_pages.py"),
    (BY_PYTEST, "python", "python/tests/test_pages.py"),
    (BY_PYTEST, "sh", "python/tests/test_pages.py"),
    (BY_PYTEST, "yaml", "python/tests/test_pages.py"),
    ("docs/pytest_userver.md", "diff", "python/tests/test_pages.py"),
    ("docs/rust.md", "rust", "crates/trial/tests/pages/main.rs"),
    ("docs/when.md", "text", "crates/faults/tests/when_page.rs"),
];

#[test]
fn the_commands_of_every_page_work_as_they_stand_there() {
    if let Some(missing) = TOOLS.into_iter().find(|tool| found(tool).is_none()) {
        return skip_or_panic("the commands of every page", &format!("{missing} is not installed"));
    }
    let mut followed = Vec::new();
    for page in Page::all() {
        if page.path != BY_PYTEST && page.code("sh").count() > 0 {
            if let Err(errors) = Desk::new().follow(&page) {
                panic!("{}:\n{errors}", page.path);
            }
            followed.push(page.path);
        }
    }
    assert!(followed.len() >= 6, "{followed:?}");
}

#[test]
fn a_command_that_nobody_runs_fails() {
    if TOOLS.into_iter().any(|tool| found(tool).is_none()) {
        return skip_or_panic("a command that nobody runs", "what pages use is not installed");
    }
    let blocks =
        vec![("sh".to_owned(), "chaosgate faults\nfrobnicate\nchaosgate schema\n".to_owned())];
    let error = Desk::new()
        .follow(&Page { path: "a page".to_owned(), blocks })
        .expect_err("it is not there");
    assert!(error.contains("frobnicate: not found") && !error.contains("schema"), "{error}");
}

#[test]
fn every_block_of_code_is_run_by_a_test_that_names_its_page() {
    let mut used = Vec::new();
    for page in Page::all() {
        let name = page.path.trim_start_matches("docs/");
        for (language, code) in &page.blocks {
            // What is in no language is a drawing.
            if language.is_empty() || language == "sh" && page.path != BY_PYTEST {
                continue;
            }
            let run = RUN_BY.iter().find(|run| (run.0, run.1) == (&page.path, language));
            let Some(run) = run else { panic!("{}: nobody runs\n{code}", page.path) };
            let test = fs::read_to_string(root().join(run.2)).expect(run.2);
            assert!(test.contains(name), "{} does not name {}", run.2, page.path);
            used.push(run);
        }
    }
    for run in &RUN_BY {
        assert!(used.contains(&run), "{run:?} is of no block");
    }
}
