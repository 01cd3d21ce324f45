//! `chaosgate manual`: pages that can be read, and completions that complete.

#![cfg(unix)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use chaosgate_testkit::skip_or_panic;
use support::{run, text};
use tempfile::TempDir;

/// What the program writes, below a directory.
fn written() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().expect("a directory");
    let output = run(&["manual", &directory.path().to_string_lossy()]);
    assert_eq!((text(&output.stdout), text(&output.stderr)), ("", ""));
    assert_eq!(output.status.code(), Some(0));
    let share = directory.path().join("share");
    (directory, share)
}

/// What bash offers for the last of these words, the first of which is the program.
fn completed(file: &Path, words: &[&str]) -> String {
    let (last, place) = (words[words.len() - 1], words.len() - 1);
    let script = format!(
        r#"source "$0" && COMP_WORDS=("$@") COMP_CWORD={place} && _chaosgate chaosgate {last} \
           && echo "${{COMPREPLY[*]}}""#
    );
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-c", &script]).arg(file).args(words);
    let output = bash.output().expect("bash starts");
    assert_eq!(text(&output.stderr), "");
    text(&output.stdout).trim_end().to_owned()
}

#[test]
fn each_command_has_a_page_and_each_shell_a_file_where_it_looks_for_it() {
    let (_directory, share) = written();
    for file in [
        "man/man1/chaosgate.1",
        "man/man1/chaosgate-config-check.1",
        "man/man1/chaosgate-fault-add.1",
        "man/man1/chaosgate-wait-hits.1",
        "man/man1/toxiproxy-cli-toxic-add.1",
        "bash-completion/completions/chaosgate",
        "bash-completion/completions/toxiproxy-cli",
        "elvish/lib/chaosgate.elv",
        "fish/vendor_completions.d/chaosgate.fish",
        "powershell/chaosgate.ps1",
        "zsh/site-functions/_chaosgate",
    ] {
        assert!(share.join(file).is_file(), "{file}");
    }
}

#[test]
fn a_page_has_the_long_description_of_its_command_and_not_its_first_line_alone() {
    let (_directory, share) = written();
    let page = fs::read_to_string(share.join("man/man1/chaosgate-serve.1")).expect("the page");
    assert!(page.contains("TOXIPROXY_AUTH_TOKEN"), "{page}");
}

#[test]
fn each_page_is_rendered_without_a_warning() {
    if Command::new("groff").arg("--version").output().is_err() {
        return skip_or_panic("each_page_is_rendered_without_a_warning", "groff is not installed");
    }
    let (_directory, share) = written();
    let pages = fs::read_dir(share.join("man/man1")).expect("the pages");
    for page in pages.map(|page| page.expect("a page").path()) {
        let mut groff = Command::new("groff");
        let output = groff.args(["-man", "-Kutf8", "-Tutf8", "-P-cbou", "-ww"]).arg(&page).output();
        let output = output.expect("groff starts");
        assert_eq!(text(&output.stderr), "", "{}", page.display());
        assert!(text(&output.stdout).contains("SYNOPSIS"), "{}", page.display());
    }
}

#[test]
fn bash_completes_commands_flags_and_values() {
    if Command::new("bash").arg("--version").output().is_err() {
        return skip_or_panic("bash_completes_commands_flags_and_values", "bash is not installed");
    }
    let (_directory, share) = written();
    let file = share.join("bash-completion/completions/chaosgate");
    assert_eq!(completed(&file, &["chaosgate", "de"]), "demo");
    assert_eq!(completed(&file, &["chaosgate", "config", "ch"]), "check");
    assert_eq!(completed(&file, &["chaosgate", "demo", "--j"]), "--json");
    assert_eq!(completed(&file, &["chaosgate", "wait"]), "wait-hits");
    assert_eq!(completed(&file, &["chaosgate", "fault", "s"]), "set");
    assert_eq!(completed(&file, &["chaosgate", "ls", "--u"]), "--url");
}

#[test]
fn a_directory_that_cannot_be_written_to_is_named() {
    let output = run(&["manual", "/dev/null"]);
    let stderr = text(&output.stderr);
    assert!(stderr.contains("cannot write /dev/null/share/man/man1: "), "{stderr}");
    assert_eq!(output.status.code(), Some(1));
}
