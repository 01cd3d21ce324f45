//! What was probably meant by a name that is unknown.

use crate::words::WORDS;

/// So alike are two names of which one was probably meant by the other, from 0 to 1.
const ALIKE: f64 = 0.75;

/// Nobody means another by a longer one, in bytes; and to compare two takes the product of their lengths.
const LONGEST: usize = 100;

/// The one of the known names that was probably meant by `written`: our word for it, if it is one of
/// another tool; else the one that it is most like, if it is like any.
pub fn meant<'a>(
    known: impl IntoIterator<Item = &'a str> + Clone,
    written: &str,
) -> Option<&'a str> {
    if written.len() > LONGEST {
        return None;
    }
    let plain = written.to_ascii_lowercase().replace('-', "_");
    let is_our_word = |name: &&str| WORDS.contains(&(&plain, name));
    known.clone().into_iter().find(is_our_word).or_else(|| {
        known
            .into_iter()
            .filter(|name| name.len() <= LONGEST)
            .map(|name| (strsim::jaro_winkler(written, name), name))
            // A text may be wrong where something else is written like it.
            .filter(|(likeness, name)| *likeness > ALIKE && *name != written)
            .max_by(|(one, _), (other, _)| one.total_cmp(other))
            .map(|(_, name)| name)
    })
}

/// The end of a message about `written`: `; did you mean "delay"?`, or nothing.
pub fn question<'a>(known: impl IntoIterator<Item = &'a str> + Clone, written: &str) -> String {
    meant(known, written).map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    /// What was probably meant by the type of a fault.
    fn fault(written: &str) -> Option<&'static str> {
        let names: Vec<_> = catalogue::all().iter().map(|kind| kind.name).collect();
        meant(names, written)
    }

    #[test]
    fn a_name_is_meant_by_one_that_is_like_it() {
        for (written, ours) in
            [("latenzy", "latency"), ("close-on-data", "close_on_data"), ("blackhol", "blackhole")]
        {
            assert_eq!(fault(written), Some(ours), "{written}");
        }
        assert_eq!(fault("quux"), None);
        assert_eq!(fault(&"latency".repeat(100)), None);
    }

    #[test]
    fn our_word_is_meant_by_that_of_another_tool_where_ours_is_known() {
        for (written, ours) in
            [("timeout", "blackhole"), ("reset-peer", "reset"), ("delay", "latency")]
        {
            assert_eq!(fault(written), Some(ours), "{written}");
        }
        assert_eq!(meant(["delay", "jitter"], "latency"), Some("delay"));
        assert_eq!(question(["size", "pause"], "delay"), "; did you mean \"pause\"?");
        assert_eq!(question(["size"], "delay"), "");
    }

    #[test]
    fn each_of_our_words_is_the_name_of_a_fault_or_of_a_field() {
        let fields = catalogue::all().iter().flat_map(|kind| &kind.fields);
        let fields = fields.chain(&catalogue::entry().fields).map(|field| field.name.as_str());
        let names: Vec<_> = catalogue::all().iter().map(|kind| kind.name).chain(fields).collect();
        for (theirs, ours) in WORDS {
            assert!(names.contains(&ours), "{ours}, for {theirs}");
        }
    }
}
