//! What Toxiproxy accepts without a word and does not do: it is accepted here too, and said.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::body::Object;

/// The header that says what was accepted and has no effect.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-chaosgate-warning");

/// What is to be said of one call.
#[derive(Debug, Default)]
pub(super) struct Warnings(Vec<String>);

impl Warnings {
    pub(super) fn add(&mut self, warning: impl Into<String>) {
        self.0.push(warning.into());
    }

    /// Says which fields of `what` nobody has read, but for those that clients send for nothing.
    pub(super) fn of_left_fields(&mut self, what: &str, object: &Object, but: &[&str]) {
        for field in object.left().filter(|field| !but.contains(field)) {
            self.add(format!("unknown field \"{field}\" of {what}"));
        }
    }

    /// Writes them to the log, and gives a header for each.
    pub(super) fn into_headers(self) -> HeaderMap {
        let logged = self.logged().into_iter();
        logged.map(|warning| (HEADER, header_value(&warning))).collect()
    }

    /// Writes them to the log, and gives them.
    pub(super) fn logged(self) -> Vec<String> {
        for warning in &self.0 {
            tracing::warn!(target: "chaosgate", "{warning}");
        }
        self.0
    }
}

/// What is no ASCII becomes `\u{e9}`, since a header has only that.
fn header_value(warning: &str) -> HeaderValue {
    let letters = warning.chars().map(|letter| match letter {
        ' '..='~' => letter.to_string(),
        other => other.escape_default().to_string(),
    });
    HeaderValue::from_str(&letters.collect::<String>())
        .unwrap_or(HeaderValue::from_static("see the log"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_one_line_of_ascii() {
        assert_eq!(header_value("caf\u{e9} \"x\"\n"), "caf\\u{e9} \"x\"\\n");
    }

    #[test]
    fn each_field_that_nobody_reads_is_a_warning() {
        let body = Object::new(serde_json::json!({ "dely": 1, "toxics": [], "enable": 1 }));
        let mut warnings = Warnings::default();
        warnings.of_left_fields("proxy \"p\"", &body.expect("an object"), &["toxics"]);
        let headers = warnings.into_headers();
        let values: Vec<_> = headers.get_all(HEADER).iter().collect();
        assert_eq!(
            values,
            ["unknown field \"dely\" of proxy \"p\"", "unknown field \"enable\" of proxy \"p\"",]
        );
    }
}
