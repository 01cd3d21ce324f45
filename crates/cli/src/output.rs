//! Writing for people: colours only on a terminal, and times that are read at a glance.

use std::fmt::Display;
use std::io::{self, Write};
use std::sync::LazyLock;
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

/// Headings and names.
pub(crate) const STRONG: Style = Style::new().bold();
/// What went as it should.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// What did not.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();

/// `text` in this style; where it is written decides whether that is shown.
pub(crate) fn styled(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Writes to standard output, and at once, since a reader may wait for it.
///
/// # Errors
///
/// When nobody reads any more.
pub(crate) fn print(text: impl Display) -> io::Result<()> {
    // Asking takes three system calls, and for one that prints for each connection it shows.
    static COLOURS: LazyLock<ColorChoice> = LazyLock::new(|| AutoStream::choice(&io::stdout()));
    let mut stdout = AutoStream::new(io::stdout().lock(), *COLOURS);
    write!(stdout, "{text}")?;
    stdout.flush()
}

/// Writes a line to standard output.
///
/// # Errors
///
/// When nobody reads any more.
pub(crate) fn print_line(text: impl Display) -> io::Result<()> {
    print(format_args!("{text}\n"))
}

/// Writes a line to standard error, where it does not matter whether anybody reads it.
pub(crate) fn tell(text: impl Display) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// In milliseconds, with as many digits as are worth reading: `1.4 ms`, `104 ms`.
pub(crate) fn in_ms(time: Duration) -> impl Display {
    std::fmt::from_fn(move |f| {
        let ms = time.as_secs_f64() * 1e3;
        let digits = usize::from(ms < 9.95);
        write!(f, "{ms:.digits$} ms")
    })
}

/// In seconds: `6.8 s`.
pub(crate) fn in_s(time: Duration) -> impl Display {
    std::fmt::from_fn(move |f| write!(f, "{:.1} s", time.as_secs_f64()))
}

/// So many: `1 datagram`, `2 datagrams`.
pub(crate) fn counted(number: u64, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

/// So many in this time, as a number a second.
#[expect(clippy::cast_precision_loss, reason = "few digits are shown")]
pub(crate) fn rate(number: u64, time: Duration) -> f64 {
    number as f64 / time.as_secs_f64()
}

/// A number of bytes a second: `0 B/s`, `1.5 MB/s`, `23 kB/s`.
pub(crate) fn in_bytes_per_second(rate: f64) -> String {
    let (unit, name) = match rate {
        ..1e3 => (1.0, "B"),
        ..1e6 => (1e3, "kB"),
        ..1e9 => (1e6, "MB"),
        _ => (1e9, "GB"),
    };
    let shown = rate / unit;
    let digits = usize::from(unit > 1.0 && shown < 9.95);
    format!("{shown:.digits$} {name}/s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_two_digits_that_are_worth_reading() {
        for (bytes, text) in [
            (0, "0 B/s"),
            (998, "499 B/s"),
            (3_000, "1.5 kB/s"),
            (46_000, "23 kB/s"),
            (4_000_000_000, "2.0 GB/s"),
        ] {
            assert_eq!(in_bytes_per_second(rate(bytes, Duration::from_secs(2))), text);
        }
    }

    #[test]
    fn a_time_has_two_digits_that_are_worth_reading() {
        for (us, text) in [(40, "0.0 ms"), (1_449, "1.4 ms"), (9_960, "10 ms"), (104_400, "104 ms")]
        {
            assert_eq!(in_ms(Duration::from_micros(us)).to_string(), text);
        }
    }
}
