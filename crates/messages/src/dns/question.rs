//! The question of a message: the type and the name that are asked for.

use std::fmt::Write;

use super::head::HEAD;
use super::types;
use crate::Kind;
use crate::info::KindInfo;

pub(super) const QUERY: KindInfo = KindInfo::new("query", "any question");
pub(super) const RESPONSE: KindInfo = KindInfo::new("response", "any answer");

/// What the beginning of a message says.
pub(super) enum Beginning {
    /// It takes so many bytes to know.
    Needs(usize),
    /// The message is of this kind.
    Is(Kind),
}

/// A name has no more bytes.
const LONGEST_NAME: usize = 255;

/// Reads the beginning of a message of `whole` bytes, which is at least its head; puts the name that is asked for into
/// `text`. What has no question that can be read has neither a name nor a type.
pub(super) fn read(bytes: &[u8], whole: usize, text: &mut String) -> Beginning {
    text.clear();
    let (Some(flags), Some(questions)) = (bytes.get(2), bytes.get(4..6)) else {
        return Beginning::Needs(HEAD);
    };
    let general = if flags & 0x80 == 0 { &QUERY } else { &RESPONSE };
    let unknown = Beginning::Is(Kind::general(general));
    if questions == [0, 0] {
        return unknown;
    }
    let mut place = HEAD;
    loop {
        match bytes.get(place) {
            None if place < whole => return Beginning::Needs(place + 1),
            Some(0) => break,
            // Longer labels are references, and there is nothing yet to refer to.
            Some(length @ 1..=63) if place < HEAD + LONGEST_NAME => {
                place += 1 + usize::from(*length);
            }
            _ => return unknown,
        }
    }
    match bytes.get(place + 1..place + 5) {
        None if place + 5 <= whole => Beginning::Needs(place + 5),
        Some([high, low, ..]) => {
            write_name(&bytes[HEAD..place], text);
            let name = types::name(u16::from_be_bytes([*high, *low]));
            Beginning::Is(Kind::special(general, name))
        }
        _ => unknown,
    }
}

/// Writes labels as a name is written, `www.example.com`, in small letters; what cannot be seen, or is a dot, as
/// `\DDD`.
fn write_name(mut labels: &[u8], text: &mut String) {
    while let [length, rest @ ..] = labels {
        let (label, after) = rest.split_at(usize::from(*length).min(rest.len()));
        if !text.is_empty() {
            text.push('.');
        }
        for byte in label {
            match byte {
                b'.' | b'\\' => drop(write!(text, "\\{byte:03}")),
                byte if byte.is_ascii_graphic() => text.push(byte.to_ascii_lowercase().into()),
                byte => drop(write!(text, "\\{byte:03}")),
            }
        }
        labels = after;
    }
}
