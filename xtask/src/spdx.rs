//! Licence expressions: `MIT OR Apache-2.0`, `(MIT OR ISC) AND Unicode-3.0`, and the old `MIT/Apache-2.0`.

/// Why something is no licence expression.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    #[error("ends where a licence should be")]
    Short,
    #[error("`{0}` stands where it should not")]
    Unexpected(String),
    #[error("a parenthesis is not closed")]
    Unclosed,
}

/// Whether one may follow `expression` by following licences that are among the `allowed` ones.
pub(crate) fn is_met(expression: &str, allowed: &[&str]) -> Result<bool, Malformed> {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = Words { rest: spaced.split_whitespace().peekable(), allowed };
    let met = words.any()?;
    words.rest.next().map_or(Ok(met), |word| Err(Malformed::Unexpected(word.into())))
}

struct Words<'a> {
    rest: std::iter::Peekable<std::str::SplitWhitespace<'a>>,
    allowed: &'a [&'a str],
}

impl Words<'_> {
    /// `OR` binds less than `AND`.
    fn any(&mut self) -> Result<bool, Malformed> {
        let mut met = self.all()?;
        while self.rest.next_if_eq(&"OR").is_some() {
            met |= self.all()?;
        }
        Ok(met)
    }

    fn all(&mut self) -> Result<bool, Malformed> {
        let mut met = self.one()?;
        while self.rest.next_if_eq(&"AND").is_some() {
            met &= self.one()?;
        }
        Ok(met)
    }

    fn one(&mut self) -> Result<bool, Malformed> {
        match self.rest.next().ok_or(Malformed::Short)? {
            "(" => {
                let met = self.any()?;
                self.rest.next_if_eq(&")").map(|_| met).ok_or(Malformed::Unclosed)
            }
            word @ (")" | "OR" | "AND" | "WITH") => Err(Malformed::Unexpected(word.into())),
            licence => {
                // An exception only ever permits more.
                if self.rest.next_if_eq(&"WITH").is_some() {
                    self.rest.next().ok_or(Malformed::Short)?;
                }
                Ok(self.allowed.contains(&licence))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(expression: &str) -> Result<bool, Malformed> {
        is_met(expression, &["MIT", "Apache-2.0", "Unicode-3.0"])
    }

    #[test]
    fn one_licence_is_looked_up() {
        assert_eq!(met("MIT"), Ok(true));
        assert_eq!(met("GPL-3.0-only"), Ok(false));
    }

    #[test]
    fn of_several_to_choose_from_one_is_enough() {
        assert_eq!(met("GPL-3.0-only OR MIT"), Ok(true));
        assert_eq!(met("Unlicense/MIT"), Ok(true));
        assert_eq!(met("GPL-3.0-only OR AGPL-3.0-only"), Ok(false));
    }

    #[test]
    fn of_several_together_all_are_needed() {
        assert_eq!(met("MIT AND Unicode-3.0"), Ok(true));
        assert_eq!(met("MIT AND GPL-3.0-only"), Ok(false));
    }

    #[test]
    fn and_binds_closer_than_or_and_parentheses_closest() {
        assert_eq!(met("MIT OR GPL-3.0-only AND GPL-2.0-only"), Ok(true));
        assert_eq!(met("(MIT OR GPL-3.0-only) AND GPL-2.0-only"), Ok(false));
        assert_eq!(met("(MIT OR Apache-2.0) AND Unicode-3.0"), Ok(true));
    }

    #[test]
    fn an_exception_permits_more() {
        assert_eq!(met("Apache-2.0 WITH LLVM-exception OR GPL-3.0-only"), Ok(true));
        assert_eq!(met("GPL-2.0-only WITH Classpath-exception-2.0"), Ok(false));
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        assert_eq!(met(""), Err(Malformed::Short));
        assert_eq!(met("MIT OR"), Err(Malformed::Short));
        assert_eq!(met("(MIT"), Err(Malformed::Unclosed));
        assert_eq!(met("MIT ISC"), Err(Malformed::Unexpected("ISC".into())));
        assert_eq!(met("MIT)"), Err(Malformed::Unexpected(")".into())));
        assert_eq!(met("AND MIT"), Err(Malformed::Unexpected("AND".into())));
    }
}
