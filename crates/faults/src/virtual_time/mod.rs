//! Faults and chains without sockets, sleeps or a runtime, as short strings.
//!
//! Also for the tests of your own faults: a token is `MILLISECONDS:DATA`, where `FIN` and `RST`
//! are the two ends of a stream.
//!
//! ```
//! use std::time::Duration;
//! use chaosgate_faults::{Latency, virtual_time::run};
//!
//! let latency = Latency::new(Duration::from_millis(100));
//! assert_eq!(run([latency], "0:a 1:b 3:FIN"), "100:a 101:b 103:FIN");
//! ```
//!
//! [`run`] is enough for most; a [`Line`] is one direction whose faults change on the way, a
//! [`Connection`] has both directions and both ends, and a [`Gate`] has several connections.

mod connection;
mod gate;
mod line;
mod moment;

pub use connection::Connection;
pub use gate::Gate;
pub use line::Line;
pub use moment::{epoch, ms};

use crate::EntrySpec;

/// What comes out of a chain of these faults when `input` comes in.
///
/// # Panics
///
/// When the input is not written as it should be, or two faults have one name.
pub fn run<S: Into<EntrySpec>>(faults: impl IntoIterator<Item = S>, input: &str) -> String {
    let mut line = Line::new(faults);
    line.feed(input);
    line.finish()
}

/// The same with datagrams: each token is one.
///
/// # Panics
///
/// When the input is not written as it should be, two faults have one name, or one does not suit
/// datagrams.
pub fn run_datagrams<S: Into<EntrySpec>>(
    faults: impl IntoIterator<Item = S>,
    input: &str,
) -> String {
    let mut line = Line::datagrams(faults);
    line.feed(input);
    line.finish()
}

/// Whether each of so many segments was lost on the line, which must count that as its only hits.
#[cfg(test)]
pub(crate) fn losses(mut line: Line, segments: usize) -> Vec<bool> {
    let mut lost = Vec::new();
    for _ in 0..segments {
        let before = line.delivered().len();
        line.feed("0:a");
        line.advance_to(0);
        lost.push(line.delivered().len() == before);
    }
    assert_eq!(line.all_hits(), lost.iter().filter(|lost| **lost).count() as u64);
    lost
}

/// The empty list: a healed direction.
pub const NO_FAULTS: [EntrySpec; 0] = [];
