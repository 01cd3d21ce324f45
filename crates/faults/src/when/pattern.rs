//! What is looked for in the bytes of a direction: a regular expression.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::prefilter::Prefilter;
use regex_automata::util::primitives::StateID;
use regex_automata::{Anchored, MatchKind};
use regex_syntax::hir::Hir;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Value;

use crate::units::KIND;

/// The most memory that the automaton of a pattern takes.
const MOST: usize = 1 << 20;

/// A regular expression that is looked for in bytes, across reads: a match ends at the first byte at which it
/// matches.
///
/// It is written in the syntax of the crate `regex`, without Unicode: `\xFF` is one byte, `(?i)` folds
/// ASCII letters, and `.` is any byte but a line feed unless `(?s)` stands before it. A pattern that could match
/// nothing at all is refused; so is one with an assertion (`^`, `$`, `\b`), since reads end anywhere.
///
/// ```
/// use chaosgate_faults::Pattern;
///
/// let pattern: Pattern = r"(?i)commit|\x00{4}".parse()?;
/// assert_eq!(pattern.to_string(), r"(?i)commit|\x00{4}");
/// # Ok::<(), chaosgate_faults::NoPattern>(())
/// ```
#[derive(Clone)]
pub struct Pattern(Arc<Compiled>);

struct Compiled {
    text: String,
    dfa: dense::DFA<Vec<u32>>,
    /// Where a search begins, and where it is again as long as nothing may become a match.
    start: StateID,
    /// Where a match must begin at once.
    anchored: StateID,
    /// Finds where a match may begin.
    prefilter: Option<Prefilter>,
}

/// That a text is no [`Pattern`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text} is no pattern: {reason}")]
pub struct NoPattern {
    /// As it was written in JSON.
    text: String,
    reason: String,
}

impl Pattern {
    /// One, as a person may write it.
    pub const EXAMPLE: &'static str = "COMMIT";

    /// The pattern that matches these very bytes.
    ///
    /// # Errors
    ///
    /// When there are none, or too many.
    pub fn literal(bytes: impl AsRef<[u8]>) -> Result<Self, NoPattern> {
        let byte = |byte: &u8| match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b' ' => char::from(*byte).to_string(),
            other => format!("\\x{other:02X}"),
        };
        bytes.as_ref().iter().map(byte).collect::<String>().parse()
    }

    /// The pattern, as it was written.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The automaton.
    pub(super) fn dfa(&self) -> &dense::DFA<Vec<u32>> {
        &self.0.dfa
    }

    /// Where a search begins, and is again as long as no match may have begun.
    pub(super) fn start(&self) -> StateID {
        self.0.start
    }

    /// Where a search begins for a match that begins there too.
    pub(super) fn anchored(&self) -> StateID {
        self.0.anchored
    }

    /// Whether a match has ended with the last byte.
    pub(super) fn matches(&self, state: StateID) -> bool {
        self.0.dfa.is_match_state(self.0.dfa.next_eoi_state(state))
    }

    /// The first place from `at` on at which a match may begin, given that none has before.
    pub(super) fn skip(&self, bytes: &[u8], at: usize) -> usize {
        let Some(prefilter) = &self.0.prefilter else { return at };
        match prefilter.find(bytes, (at..bytes.len()).into()) {
            Some(found) => found.start,
            // One may begin with the last of them.
            None => at.max(bytes.len().saturating_sub(prefilter.max_needle_len() - 1)),
        }
    }

    fn read(written: &Value) -> Result<Self, NoPattern> {
        let refuse = |reason| NoPattern { text: written.to_string(), reason };
        let Some(text) = written.as_str() else {
            return Err(refuse("it must be a text with a regular expression".to_owned()));
        };
        Compiled::new(text).map(|compiled| Pattern(Arc::new(compiled))).map_err(refuse)
    }
}

impl Compiled {
    fn new(text: &str) -> Result<Self, String> {
        let hir = parse(text)?;
        let too_large = || {
            format!("its automaton takes more than {MOST} bytes: make it shorter, or repeat less")
        };
        let nfa = thompson::Compiler::new()
            .configure(
                thompson::Config::new()
                    .utf8(false)
                    .which_captures(WhichCaptures::None)
                    .nfa_size_limit(Some(8 * MOST)),
            )
            .build_from_hir(&hir)
            .map_err(|_| too_large())?;
        // A slow one would cost more than it saves.
        let prefilter = Prefilter::from_hir_prefix(MatchKind::LeftmostFirst, &hir);
        let prefilter = prefilter.filter(Prefilter::is_fast);
        let dfa = dense::Builder::new()
            .configure(
                dense::Config::new()
                    .start_kind(StartKind::Both)
                    .accelerate(false)
                    .specialize_start_states(prefilter.is_some())
                    .dfa_size_limit(Some(MOST))
                    .determinize_size_limit(Some(8 * MOST)),
            )
            .build_from_nfa(&nfa)
            .map_err(|_| too_large())?;
        let starts =
            [Anchored::No, Anchored::Yes].map(|anchored| dfa.universal_start_state(anchored));
        let [Some(start), Some(anchored)] = starts else { return Err(ASSERTION.to_owned()) };
        Ok(Compiled { text: text.to_owned(), dfa, start, anchored, prefilter })
    }
}

const ASSERTION: &str =
    "it has an assertion such as ^, $ or \\b, which means nothing where reads end anywhere";

/// What can be looked for in a stream.
fn parse(text: &str) -> Result<Hir, String> {
    use regex_syntax::Error;

    let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
    let hir = parser.parse(text).map_err(|error| match error {
        Error::Parse(error) => format!("{} at byte {}", error.kind(), error.span().start.offset),
        Error::Translate(error) => {
            format!("{} at byte {}", error.kind(), error.span().start.offset)
        }
        other => other.to_string(),
    })?;
    let about = hir.properties();
    if !about.look_set().is_empty() {
        return Err(ASSERTION.to_owned());
    }
    match about.minimum_len() {
        None => Err("it matches nothing".to_owned()),
        Some(0) => Err("it matches the empty text, which is everywhere".to_owned()),
        Some(_) => Ok(hir),
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for Pattern {}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.0.text).finish()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl FromStr for Pattern {
    type Err = NoPattern;

    fn from_str(text: &str) -> Result<Self, NoPattern> {
        Pattern::read(&text.into())
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.text)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Pattern::read(&Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for Pattern {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Pattern".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A regular expression over bytes, in the syntax of the crate regex.",
            "type": "string",
            "minLength": 1,
            "examples": [Pattern::EXAMPLE],
            (KIND): { "type": "pattern" },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        text.parse::<Pattern>().expect_err(text).to_string()
    }

    #[test]
    fn what_cannot_be_looked_for_is_refused_with_the_reason() {
        for (text, reason) in [
            ("a(b", "unclosed group at byte 1"),
            ("a*", "it matches the empty text, which is everywhere"),
            ("", "it matches the empty text, which is everywhere"),
            ("[^\\x00-\\xFF]", "it matches nothing"),
            ("^a", ASSERTION),
            ("a\\b", ASSERTION),
            (
                "[ab]*a[ab]{20}c",
                "its automaton takes more than 1048576 bytes: make it shorter, or repeat less",
            ),
            (
                "a{1000000}",
                "its automaton takes more than 1048576 bytes: make it shorter, or repeat less",
            ),
        ] {
            let text_in_json = Value::from(text);
            assert_eq!(refused(text), format!("{text_in_json} is no pattern: {reason}"));
        }
    }

    #[test]
    fn a_literal_is_the_very_bytes() {
        let pattern = Pattern::literal(b"a.\0\xFF").expect("a pattern");
        assert_eq!(pattern.as_str(), r"a\x2E\x00\xFF");
        assert!(Pattern::literal(b"").is_err());
    }
}
