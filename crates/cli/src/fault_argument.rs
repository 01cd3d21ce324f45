//! A fault as an argument of the command line, and what is said of a bad one.

use std::ops::Range;

use chaosgate::catalogue::{self, KindInfo};
use chaosgate::{EntrySpec, SpecError};
use chaosgate_config::Suggestion;
use miette::{Diagnostic, NamedSource, SourceSpan};

/// Why an argument is no fault, and where in it.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{reason}")]
pub(crate) struct FaultError {
    reason: SpecError,
    #[source_code]
    argument: NamedSource<String>,
    #[label]
    place: Option<SourceSpan>,
    #[help]
    suggestion: Option<Suggestion>,
}

/// Reads a fault that was given as `argument`.
pub(crate) fn read(argument: &str, text: &str) -> Result<EntrySpec, Box<FaultError>> {
    text.parse().map_err(|reason| refuse(argument, text, reason))
}

/// The type of fault of this name, which was given as `argument`.
pub(crate) fn find(argument: &str, name: &str) -> Result<&'static KindInfo, Box<FaultError>> {
    catalogue::find(name).ok_or_else(|| {
        let known = names().collect::<Vec<_>>().join(", ");
        refuse(argument, name, SpecError::UnknownFault { name: name.to_owned(), known })
    })
}

fn refuse(argument: &str, text: &str, reason: SpecError) -> Box<FaultError> {
    let place = place(text, &reason);
    Box::new(FaultError {
        suggestion: Suggestion::of(&reason, &text[place.clone().unwrap_or_default()]),
        place: place.map(SourceSpan::from),
        argument: NamedSource::new(argument, text.to_owned()),
        reason,
    })
}

fn names() -> impl Iterator<Item = &'static str> {
    catalogue::all().iter().map(|kind| kind.name)
}

/// Where in `text` it is that the error speaks of.
fn place(text: &str, error: &SpecError) -> Option<Range<usize>> {
    match error {
        SpecError::UnknownFault { .. } => Some(0..text.find(':').unwrap_or(text.len())),
        SpecError::UnknownField { field, .. } => {
            let start = field_in(text, field)?;
            Some(start..start + field.len())
        }
        SpecError::BadValue { field, .. } => {
            let start = field_in(text, field)?;
            let value = start + text[start..].find('=')? + 1;
            let end = text[value..].find(',').map_or(text.len(), |length| value + length);
            Some(value..end)
        }
        _ => None,
    }
}

fn field_in(text: &str, field: &str) -> Option<usize> {
    let is_name = |(start, name): &(usize, &str)| {
        text[..*start].trim_end().ends_with([':', ','])
            && text[start + name.len()..].trim_start().starts_with('=')
    };
    text.match_indices(field).find(is_name).map(|(start, _)| start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Box<FaultError> {
        read("--to-server", text).expect_err(text)
    }

    #[test]
    fn what_was_probably_meant_is_suggested() {
        for (text, meant) in [
            ("latenzy:delay=1s", "latency"),
            ("close-on-data", "close_on_data"),
            ("blackhol", "blackhole"),
            ("latency:dely=1s", "delay"),
            ("latency:delay=1s,probabilty=1", "probability"),
            ("close_on_data:how=rest", "reset"),
        ] {
            let suggestion = refused(text).suggestion.expect(text);
            assert_eq!(suggestion.to_string(), format!("did you mean \"{meant}\"?"));
        }
        assert_eq!(refused("quux").suggestion, None);
    }

    #[test]
    fn the_place_is_what_the_error_speaks_of() {
        for (text, wrong) in [
            ("latenzy:delay=1s", "latenzy"),
            ("latency:delay=1s,foo=2", "foo"),
            ("latency:name=delay,delay=-5ms,jitter=1s", "-5ms"),
            ("slice: size = 0", " 0"),
        ] {
            let place = refused(text).place.expect(text);
            assert_eq!(&text[place.offset()..][..place.len()], wrong);
        }
    }
}
