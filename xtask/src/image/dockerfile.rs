//! What the Dockerfile says of how its image is run.

use std::fs;

use crate::error::Error;
use crate::root::root;

/// What the Dockerfile says of how its image is run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Dockerfile {
    pub(super) user: String,
    /// Each as `NAME=VALUE`.
    pub(super) environment: Vec<String>,
    pub(super) entry_point: Vec<String>,
    pub(super) arguments: Vec<String>,
    pub(super) health_check: Vec<String>,
}

impl Dockerfile {
    /// That of this repository.
    pub(super) fn read() -> Result<Self, Error> {
        let path = root().join("Dockerfile");
        Ok(Self::of(&fs::read_to_string(&path).map_err(Error::file("read", path))?))
    }

    /// The last word of each kind counts.
    fn of(text: &str) -> Self {
        let last = |kind: &str| {
            let mut of_kind = text.lines().filter_map(|line| line.strip_prefix(kind));
            of_kind.next_back().map_or("", str::trim)
        };
        let words = |text: &str| serde_json::from_str(text).unwrap_or_default();
        let health_check = last("HEALTHCHECK ").split_once("CMD ").map_or("", |(_, words)| words);
        let environment = text.lines().filter_map(|line| line.strip_prefix("ENV "));
        Self {
            user: last("USER ").to_owned(),
            environment: environment.map(str::to_owned).collect(),
            entry_point: words(last("ENTRYPOINT ")),
            arguments: words(last("CMD ")),
            health_check: words(health_check),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_is_written() {
        let text = "FROM a\nENV A=1\nUSER 7:8\nHEALTHCHECK --interval=5s CMD [\"/c\", \"list\"]\n\
                    ENTRYPOINT [\"/e\"]\nCMD [\"-x\"]\n";
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let expected = Dockerfile {
            user: "7:8".to_owned(),
            environment: words(&["A=1"]),
            entry_point: words(&["/e"]),
            arguments: words(&["-x"]),
            health_check: words(&["/c", "list"]),
        };
        assert_eq!(Dockerfile::of(text), expected);
    }

    #[test]
    fn the_image_is_run_as_nobody_by_the_entry_point_of_toxiproxy() {
        let dockerfile = Dockerfile::read().unwrap();
        assert_eq!(dockerfile.entry_point, ["/toxiproxy"]);
        assert_eq!(dockerfile.arguments, ["-host=0.0.0.0"]);
        assert_eq!(dockerfile.health_check, ["/toxiproxy-cli", "list"]);
        assert_eq!(dockerfile.environment, ["LOG_LEVEL=info"]);
        assert!(!dockerfile.user.is_empty() && !dockerfile.user.starts_with('0'));
    }
}
