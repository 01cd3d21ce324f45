//! What is wrong with a document: all of it, each with its place.

use std::fmt;
use std::ops::Range;

use crate::excerpt::Excerpt;
use crate::reason::Reason;

/// Why a document is no configuration: all that is wrong, in the order of the text. There is at least
/// one mistake; one of the syntax is the only one.
#[derive(Debug)]
pub struct ConfigError {
    /// The name of the document.
    pub name: String,
    /// What is wrong.
    pub mistakes: Vec<Mistake>,
}

/// What is wrong at one place of a document.
///
/// It is shown as `LINE:COLUMN: PATH: REASON`.
#[derive(Debug)]
#[non_exhaustive]
pub struct Mistake {
    /// The line, from 1 on.
    pub line: usize,
    /// The column, in characters from 1 on.
    pub column: usize,
    /// The bytes of the text that are meant.
    pub span: Range<usize>,
    /// The way from the root to the value, such as `gates.database.to_client[0].delay`; empty for the
    /// root, and for a mistake of the syntax.
    pub path: String,
    /// What is wrong, and what was probably meant.
    pub reason: Reason,
    /// The line, to be shown.
    pub excerpt: Excerpt,
}

/// A mistake whose line has not been counted yet.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) span: Range<usize>,
    pub(crate) path: String,
    pub(crate) reason: Reason,
}

/// Why a text cannot be read to its end.
#[derive(Debug)]
pub(crate) struct Refusal {
    span: Range<usize>,
    reason: Reason,
}

impl Refusal {
    pub(crate) fn new(span: Range<usize>, reason: Reason) -> Self {
        Refusal { span, reason }
    }
}

impl From<Refusal> for Problem {
    fn from(Refusal { span, reason }: Refusal) -> Self {
        Problem { span, path: String::new(), reason }
    }
}

impl ConfigError {
    pub(crate) fn new(name: &str, text: &str, mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| problem.span.start);
        let (mut at, mut line, mut column) = (0, 1, 1);
        let mut mistakes = Vec::new();
        for Problem { span, path, reason } in problems {
            for letter in text.get(at..span.start).unwrap_or_default().chars() {
                (line, column) = if letter == '\n' { (line + 1, 1) } else { (line, column + 1) };
            }
            at = span.start;
            let excerpt = Excerpt::of(text, &span);
            mistakes.push(Mistake { line, column, span, path, reason, excerpt });
        }
        ConfigError { name: name.to_owned(), mistakes }
    }
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    /// A line for each mistake, which begins with the name of the document.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, mistake) in self.mistakes.iter().enumerate() {
            f.write_str(if place == 0 { "" } else { "\n" })?;
            write!(f, "{}:{mistake}", self.name)?;
        }
        Ok(())
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.line, self.column)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "{}", self.reason)
    }
}
