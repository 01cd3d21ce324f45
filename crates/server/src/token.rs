//! The token that every call has to show, if there is one.

use std::fmt;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use subtle::ConstantTimeEq;

/// What every call has to show, as `Authorization: Bearer TOKEN`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token that is written so; nothing but white space is none.
    pub fn new(written: &str) -> Option<Self> {
        let token = written.trim();
        (!token.is_empty()).then(|| Token(token.to_owned()))
    }

    /// Whether a call shows it. How long that takes does not tell how much of it was right.
    pub(crate) fn is_shown_in(&self, headers: &HeaderMap) -> bool {
        let shown =
            headers.get(AUTHORIZATION).and_then(|shown| shown.as_bytes().strip_prefix(b"Bearer "));
        shown.is_some_and(|shown| shown.ct_eq(self.0.as_bytes()).into())
    }
}

/// Nobody finds it in a log.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_around_it_counts_not_and_none_is_none() {
        assert!(Token::new(" \n").is_none() && Token::new("").is_none());
        let token = Token::new(" secret\n").expect("a token");
        for (shown, is_right) in [
            ("Bearer secret", true),
            ("Bearer secre", false),
            ("Bearer secrets", false),
            ("Bearer  secret", false),
            ("bearer secret", false),
            ("secret", false),
        ] {
            let headers = [(AUTHORIZATION, shown.parse().expect("a value"))].into_iter().collect();
            assert_eq!(token.is_shown_in(&headers), is_right, "{shown}");
        }
        assert!(!token.is_shown_in(&HeaderMap::new()));
        assert_eq!(format!("{token:?}"), "Token(..)");
    }
}
