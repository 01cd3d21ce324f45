//! Which of several things: `3`, `2..5`, `every 3`.

use std::ops::RangeInclusive;

use serde_json::Value;

use super::{KIND, UnitError};

/// Which of things that are counted from 1, such as the connections of a gate: one of them, several in
/// a row, or every so many.
///
/// It is written `"3"` or as the number `3`; `"2..5"`, which has both ends; or `"every 3"`, which is 3, 6, 9 and so on.
///
/// ```
/// use chaosgate_faults::units::Numbers;
///
/// let numbers: Numbers = "2..5".parse()?;
/// assert!(numbers.has(2) && numbers.has(5) && !numbers.has(6));
/// # Ok::<(), chaosgate_faults::units::UnitError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Numbers(Form);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Form {
    /// From the first to the last.
    Row(u64, u64),
    /// Every so many.
    Every(u64),
}

impl Numbers {
    /// One, as a person may write it.
    pub const EXAMPLE: &'static str = "every 3";

    /// Those from the first to the last of `range`.
    ///
    /// # Errors
    ///
    /// When it begins with 0, or has nothing in it.
    pub fn row(range: RangeInclusive<u64>) -> Result<Self, UnitError> {
        format!("{}..{}", range.start(), range.end()).parse()
    }

    /// Every so many: with 3 it is 3, 6, 9 and so on.
    ///
    /// # Errors
    ///
    /// When `step` is 0.
    pub fn every(step: u64) -> Result<Self, UnitError> {
        format!("every {step}").parse()
    }

    /// Whether it has this one.
    pub fn has(self, number: u64) -> bool {
        match self.0 {
            Form::Row(first, last) => (first..=last).contains(&number),
            Form::Every(step) => number > 0 && number.is_multiple_of(step),
        }
    }

    /// Whether it has none behind this one.
    pub(crate) fn ends_with(self, number: u64) -> bool {
        matches!(self.0, Form::Row(_, last) if last <= number)
    }

    fn read(written: &Value) -> Result<Self, UnitError> {
        let form = match written.as_str() {
            Some(text) => Form::parse(text),
            None => written.as_u64().map(|number| Form::Row(number, number)),
        };
        form.filter(|form| form.is_some_number())
            .map(Numbers)
            .ok_or_else(|| UnitError::Numbers(written.to_string()))
    }

    fn text(self) -> String {
        match self.0 {
            Form::Row(first, last) if first == last => first.to_string(),
            Form::Row(first, last) => format!("{first}..{last}"),
            Form::Every(step) => format!("every {step}"),
        }
    }
}

impl Form {
    fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| text.trim().parse().ok();
        if let Some(step) = text.trim().strip_prefix("every ") {
            return Some(Form::Every(number(step)?));
        }
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        Some(Form::Row(number(first)?, number(last)?))
    }

    fn is_some_number(self) -> bool {
        match self {
            Form::Row(first, last) => (1..=last).contains(&first),
            Form::Every(step) => step > 0,
        }
    }
}

write_as_text!(Numbers);
made_of_numbers!(Numbers, |digits: &str| digits.parse().ok(), i32, i64, u32, u64, usize);
read_from_text_and_json!(Numbers, {
    "description": "Which of things that are counted from 1: one, several in a row, or every so many.",
    "type": ["integer", "string"],
    "minimum": 1,
    "pattern": r"^\s*(every +)?[0-9]+\s*(\.\.\s*[0-9]+\s*)?$",
    "examples": [3, "2..5", Numbers::EXAMPLE],
    (KIND): { "type": "numbers" },
});

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<u64> {
        let numbers: Numbers = text.parse().expect(text);
        (0..10).filter(|number| numbers.has(*number)).collect()
    }

    #[test]
    fn it_is_one_or_a_row_or_every_so_many() {
        assert_eq!(of("3"), [3]);
        assert_eq!(of(" 2 .. 5 "), [2, 3, 4, 5]);
        assert_eq!(of("every 3"), [3, 6, 9]);
        assert_eq!(Numbers::row(2..=2), Numbers::try_from(2));
    }

    #[test]
    fn it_is_written_as_it_was_read() {
        for written in ["3", "2..5", "every 3"] {
            assert_eq!(written.parse::<Numbers>().expect(written).to_string(), written);
        }
    }

    #[test]
    fn what_has_no_number_is_refused_with_what_it_may_be() {
        let message = "\"0..0\" is none of these numbers: it must be one from 1 on, such as 3, a row such as \"2..5\", or \"every 3\"";
        assert_eq!(Numbers::row(0..=0).unwrap_err().to_string(), message);
        for text in ["", "0", "5..2", "0..2", "every 0", "every", "2..", "-1", "1.5", "third"] {
            assert!(text.parse::<Numbers>().is_err(), "{text}");
        }
    }
}
