//! What Toxiproxy accepts without a word and does not do: it is accepted here too, and said.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The header that says what was accepted and has no effect.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-chaosgate-warning");

/// How many headers there are at most: some clients refuse an answer with a hundred of them.
const MOST: usize = 10;

/// How many letters of a warning are shown in one.
const LONGEST: usize = 300;

/// What is to be said of one call, or of a file.
#[derive(Debug, Default)]
pub(super) struct Warnings(Vec<Warning>);

#[derive(Debug)]
struct Warning {
    /// The place in what was given, a pointer as in JSON (RFC 6901), with `#` behind it for the key.
    at: String,
    text: String,
    /// Somebody may well mean it.
    is_remark: bool,
}

impl Warnings {
    /// Adds one, about this place of what was given, which is a single line whatever names are in it.
    pub(super) fn add(&mut self, at: impl Into<String>, warning: impl Into<String>) {
        self.push(at.into(), &warning.into(), false);
    }

    /// Adds one of what has an effect, though perhaps not the one that was looked for.
    pub(super) fn remark(&mut self, at: impl Into<String>, warning: impl Into<String>) {
        self.push(at.into(), &warning.into(), true);
    }

    fn push(&mut self, at: String, text: &str, is_remark: bool) {
        self.0.push(Warning { at, text: text.replace(char::is_control, " "), is_remark });
    }

    /// Adds what is to be said of something that this concerns.
    pub(super) fn add_all_of(&mut self, what: &str, warnings: Warnings) {
        for Warning { at, text, is_remark } in warnings.0 {
            self.push(at, &format!("{what}: {text}"), is_remark);
        }
    }

    /// Adds what is to be said of what was given at this place.
    pub(super) fn add_all_at(&mut self, place: &str, warnings: Warnings) {
        for Warning { at, text, is_remark } in warnings.0 {
            self.push(format!("{place}{at}"), &text, is_remark);
        }
    }

    /// Writes them to the log, and gives a header for each, or for as many as clients can take.
    pub(super) fn into_headers(self) -> HeaderMap {
        for Warning { text, .. } in &self.0 {
            tracing::warn!(target: "chaosgate", "{text}");
        }
        let more = self.0.len().saturating_sub(MOST);
        let rest = (more > 0).then(|| format!("and {more} more, which are in the log"));
        let shown = self.0.into_iter().map(|warning| warning.text).take(MOST).chain(rest);
        shown.map(|warning| (HEADER, header_value(&warning))).collect()
    }

    /// Those that there are, for somebody else to say: the remarks behind the others.
    pub(super) fn into_complaints(self) -> (Vec<Complaint>, Vec<String>) {
        let (remarks, others): (Vec<_>, Vec<_>) =
            self.0.into_iter().partition(|warning| warning.is_remark);
        let complaint = |Warning { at, text: says, .. }| Complaint { at, says };
        let text = |warning: Warning| warning.text;
        (others.into_iter().map(complaint).collect(), remarks.into_iter().map(text).collect())
    }
}

/// What has no effect of what was given, or not the one that it seems to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The place, a pointer as in JSON (RFC 6901), with `#` behind it for the key.
    pub at: String,
    /// What is to be said of it.
    pub says: String,
}

/// One step of a pointer.
pub(super) fn step(key: &str) -> String {
    format!("/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// What is no ASCII becomes `\u{e9}`, since a header has only that.
fn header_value(warning: &str) -> HeaderValue {
    let letters = warning.chars().take(LONGEST).map(|letter| match letter {
        ' '..='~' => letter.to_string(),
        other => other.escape_default().to_string(),
    });
    HeaderValue::from_str(&letters.collect::<String>())
        .unwrap_or(HeaderValue::from_static("see the log"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(warnings: impl IntoIterator<Item = String>) -> Vec<String> {
        let mut all = Warnings::default();
        warnings.into_iter().for_each(|warning| all.add("", warning));
        let headers = all.into_headers();
        let values = headers.get_all(HEADER).iter();
        values.map(|value| value.to_str().expect("ASCII").to_owned()).collect()
    }

    #[test]
    fn a_warning_is_one_line_of_ascii() {
        assert_eq!(headers(["caf\u{e9} \"x\"\r\n".to_owned()]), ["caf\\u{e9} \"x\"  "]);
    }

    #[test]
    fn headers_are_no_more_and_no_longer_than_clients_can_take() {
        let all = headers((1..=30).map(|number| number.to_string()));
        assert_eq!(all.len(), MOST + 1);
        assert_eq!(all[MOST], "and 20 more, which are in the log");
        assert_eq!(headers(["x".repeat(1_000_000)])[0].len(), LONGEST);
    }
}
