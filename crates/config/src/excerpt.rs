//! The line of a mistake, to be shown.

use std::fmt;
use std::ops::Range;

/// The line of a mistake, and which part of it is meant; of a long one, what stands around that. It is shown
/// as two lines, the second with a mark beneath what is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// What stands there. What would not be seen, or moves what follows, is a space.
    pub text: String,
    /// The letters that are meant, at least one.
    pub marked: Range<usize>,
}

/// How many letters of a line are shown, and of these before what is meant.
const MOST: usize = 100;
const BEFORE: usize = 40;

impl Excerpt {
    /// The line of `text` in which the span begins. No more of it is looked at than is shown: it may be long, and
    /// there may be many mistakes in it.
    pub(crate) fn of(text: &str, span: &Range<usize>) -> Self {
        let before = text.get(..span.start).unwrap_or_default();
        let behind = text.get(span.start..).unwrap_or_default();
        let meant = text.get(span.clone()).unwrap_or_default();
        let is_in_line = |letter: &char| *letter != '\n';

        let mut letters: Vec<char> =
            before.chars().rev().take_while(is_in_line).take(BEFORE).collect();
        letters.reverse();
        let begin = letters.len();
        letters.extend(behind.chars().take_while(is_in_line).take(MOST - begin));
        let is_blank = |letter: char| letter.is_control() || letter == '\u{feff}';
        let shown = letters.into_iter().map(|letter| if is_blank(letter) { ' ' } else { letter });
        let length = meant.chars().take_while(is_in_line).take(MOST - begin).count().max(1);
        Excerpt { text: shown.collect(), marked: begin..begin + length }
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Range { start, end } = self.marked;
        writeln!(f, "{}", self.text.trim_end())?;
        write!(f, "{:start$}{}", "", "^".repeat(end - start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, meant: &str) -> String {
        let start = text.find(meant).expect("it is there");
        Excerpt::of(text, &(start..start + meant.len())).to_string()
    }

    #[test]
    fn what_is_meant_is_marked_in_its_line() {
        assert_eq!(shown("a = 1\r\nb = [7]\n", "[7]"), "b = [7]\n    ^^^");
        assert_eq!(shown("gätes = 'h'", "'h'"), "gätes = 'h'\n        ^^^");
        assert_eq!(shown("\ta: b", "b"), " a: b\n    ^");
        assert_eq!(Excerpt::of("", &(0..0)).to_string(), "\n^");
        assert_eq!(Excerpt::of("a: [", &(4..4)).to_string(), "a: [\n    ^");
    }

    #[test]
    fn of_what_takes_several_lines_the_first_is_marked() {
        assert_eq!(shown("a: [\n  1,\n]", "[\n  1,\n]"), "a: [\n   ^");
    }

    #[test]
    fn many_mistakes_in_one_line_are_shown_as_fast_as_in_many() {
        let (sender, shown) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let text = "x,".repeat(200_000);
            let excerpts = (0..text.len()).map(|at| Excerpt::of(&text, &(at..at + 1)));
            // Nobody listens any more if it took too long.
            let _ = sender.send(excerpts.filter(|one| one.text.len() <= MOST).count());
        });
        // It would take hours if each looked at the whole line.
        let within = std::time::Duration::from_mins(1);
        assert_eq!(shown.recv_timeout(within), Ok(400_000));
    }

    #[test]
    fn of_a_long_line_it_shows_what_stands_around() {
        let text = format!("{}'meant'{}", "x".repeat(1_000), "y".repeat(1_000));
        let shown = shown(&text, "'meant'");
        let (line, mark) = shown.split_once('\n').expect("two lines");
        assert_eq!((line.len(), mark.trim_start().len()), (MOST, 7));
        assert_eq!(&line[mark.len() - 7..mark.len()], "'meant'");
    }
}
