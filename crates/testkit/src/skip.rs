//! What a test does that cannot run on this machine: it says so, and passes; but not where
//! everything has to run.
//!
//! A test that skips itself appends one line, `name: reason`, to the file that [`SKIPS_VARIABLE`]
//! names, so that whoever started the tests can tell what was not tested. With `CI=true` it fails.

use std::env;
use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::Write;

/// The environment variable that names the file for the lines of skipped tests.
pub const SKIPS_VARIABLE: &str = "CHAOSGATE_SKIPS";

/// Whether every test has to run, since the environment says `CI=true`.
pub fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|value| value == "true")
}

/// Notes that the test `name` is skipped for `reason`. The test returns after it.
///
/// # Panics
/// With `CI=true`, and if the note cannot be written: a skipped test that nobody hears of would
/// look like a passed one.
pub fn skip_or_panic(name: &str, reason: &str) {
    note(name, reason, is_ci(), env::var_os(SKIPS_VARIABLE).as_deref());
}

fn note(name: &str, reason: &str, ci: bool, file: Option<&OsStr>) {
    assert!(!ci, "{name}: skipped, which CI=true forbids: {reason}");
    let line = format!("{name}: {}\n", reason.replace('\n', " "));
    let Some(file) = file else {
        eprint!("skipped: {line}");
        return;
    };
    // One write in append mode, so that lines of tests that run at the same time stay whole.
    let written = OpenOptions::new()
        .append(true)
        .create(true)
        .open(file)
        .and_then(|mut open| open.write_all(line.as_bytes()));
    if let Err(error) = written {
        panic!("cannot note in {} that {name} is skipped: {error}", file.display());
    }
}

/// The server of a `Result<_, Error>`; or, if what it needs is not installed, the end of the
/// calling test, with a note. Any other error is a panic. A test that returns something names it:
/// `or_skip!(Redis::start(), Ok(()))`.
#[macro_export]
macro_rules! or_skip {
    ($started:expr $(, $returned:expr)? $(,)?) => {
        match $started {
            Ok(server) => server,
            Err(error) if $crate::Error::is_missing(&error) => {
                $crate::skip_or_panic($crate::current_function!(), &error.to_string());
                return $($returned)?;
            }
            Err(error) => panic!("{error}"),
        }
    };
}

/// The path of the function it stands in, also on a thread that has no name.
#[doc(hidden)]
#[macro_export]
macro_rules! current_function {
    () => {{
        fn here() {}
        let path = std::any::type_name_of_val(&here);
        path.trim_end_matches("::here").trim_end_matches("::{{closure}}")
    }};
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    #[test]
    fn each_skipped_test_leaves_one_line() {
        let file = std::env::temp_dir().join(format!("chaosgate-skips-{}", std::process::id()));
        note("one", "nginx is not installed", false, Some(file.as_os_str()));
        note("two", "a reason\nof two lines", false, Some(file.as_os_str()));
        let lines = std::fs::read_to_string(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert_eq!(lines, "one: nginx is not installed\ntwo: a reason of two lines\n");
    }

    #[test]
    #[should_panic(expected = "one: skipped, which CI=true forbids: nginx is not installed")]
    fn with_ci_a_skipped_test_fails() {
        note("one", "nginx is not installed", true, None);
    }

    #[test]
    #[should_panic(expected = "is skipped")]
    fn a_note_that_cannot_be_written_fails_the_test() {
        note("one", "a reason", false, Some(OsStr::new("/no/such/directory/skips")));
    }

    #[test]
    #[should_panic(expected = "cannot bind")]
    fn an_error_that_is_no_missing_program_fails_the_test() {
        let refused = std::io::ErrorKind::PermissionDenied.into();
        or_skip!(Err::<(), _>(Error::Io { action: "bind".into(), source: refused }));
    }

    #[test]
    fn a_test_is_noted_by_its_path() {
        let within = || current_function!();
        let expected = "chaosgate_testkit::skip::tests::a_test_is_noted_by_its_path";
        assert_eq!((current_function!(), within()), (expected, expected));
    }
}
