//! In what a document is written.

use std::ffi::OsStr;
use std::path::Path;

/// In what a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Toml,
    Yaml,
    Json,
}

impl Format {
    /// That of a file of this name with this text.
    pub(crate) fn of(name: &str, text: &str) -> Self {
        match Path::new(name).extension().and_then(OsStr::to_str) {
            Some("toml") => Format::Toml,
            Some("yaml" | "yml") => Format::Yaml,
            Some("json") => Format::Json,
            _ => Format::by_shape(text),
        }
    }

    /// As the first line tells that says something.
    fn by_shape(text: &str) -> Self {
        let says_something = |line: &&str| !line.is_empty() && !line.starts_with('#');
        let first = text.lines().map(str::trim).find(says_something).unwrap_or_default();
        let sign = first.find(['=', ':']).map(|place| &first[place..=place]);
        match first.chars().next() {
            Some('{') => Format::Json,
            Some('[') => Format::Toml,
            _ if sign == Some("=") => Format::Toml,
            _ => Format::Yaml,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_tells_before_the_shape() {
        for (name, format) in [
            ("gates.toml", Format::Toml),
            ("gates.yaml", Format::Yaml),
            ("a.json/gates.yml", Format::Yaml),
            ("gates.json", Format::Json),
        ] {
            assert_eq!(Format::of(name, "whatever"), format, "{name}");
        }
    }

    #[test]
    fn the_shape_tells_where_the_extension_does_not() {
        for (text, format) in [
            ("# why\n\n[gates.a]\nupstream = \"h:1\"", Format::Toml),
            ("gates.a.upstream = \"h:1\"", Format::Toml),
            ("# why = what\n---\ngates:\n  a: {upstream: h:1}", Format::Yaml),
            ("gates: {a: {upstream: \"h=1\"}}", Format::Yaml),
            ("\n  {\"gates\": {}}", Format::Json),
            ("", Format::Yaml),
        ] {
            for name in ["body", "gates.conf", ".toml"] {
                assert_eq!(Format::of(name, text), format, "{text}");
            }
        }
    }
}
