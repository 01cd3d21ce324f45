//! How it is shown what is wrong with a configuration: each mistake in its line.

use chaosgate_config::{ConfigError, Mistake, Suggestion};
use miette::{Diagnostic, NamedSource, SourceSpan};

/// All that is wrong with a configuration.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("the configuration {name} is wrong")]
pub(crate) struct WrongConfig {
    name: String,
    #[source_code]
    text: NamedSource<String>,
    #[related]
    places: Vec<WrongPlace>,
}

/// What is wrong at one place.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{message}")]
struct WrongPlace {
    message: String,
    #[label]
    place: SourceSpan,
    #[help]
    suggestion: Option<Suggestion>,
}

impl WrongConfig {
    /// What is wrong with this text.
    pub(crate) fn new(error: ConfigError, text: String) -> Self {
        let places = error.mistakes.into_iter().map(|mistake| WrongPlace::new(mistake, &text));
        let (places, name) = (places.collect(), error.name);
        WrongConfig { text: NamedSource::new(&name, text), places, name }
    }
}

impl WrongPlace {
    fn new(mistake: Mistake, text: &str) -> Self {
        let Mistake { span, path, reason, suggestion, .. } = mistake;
        // Of what takes several lines, the first is enough.
        let length =
            text.get(span.clone()).and_then(|meant| meant.lines().next()).map_or(0, str::len);
        let message =
            if path.is_empty() { reason.to_string() } else { format!("{path}: {reason}") };
        WrongPlace { message, place: (span.start, length).into(), suggestion }
    }
}
