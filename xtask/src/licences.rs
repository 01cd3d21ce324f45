//! Whether the licence of every dependency is one that users of the project may be bound by without
//! a second thought: one of those that `deny.toml` lists.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use spdx::{Expression, Licensee, ParseMode};

use crate::error::Error;
use crate::workspace::{Metadata, Package};

/// The part of `deny.toml` that is needed here.
#[derive(Debug, Deserialize)]
struct Deny {
    licenses: Licences,
}

#[derive(Debug, Deserialize)]
struct Licences {
    #[serde(deserialize_with = "licensees")]
    allow: Vec<Licensee>,
}

/// Licences by their names, each with the exception to it that is meant, if one is.
fn licensees<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Licensee>, D::Error> {
    let names = Vec::<String>::deserialize(from)?;
    names.iter().map(|name| Licensee::parse(name).map_err(D::Error::custom)).collect()
}

impl Licences {
    fn of_the_project() -> Result<Self, Error> {
        let deny = include_str!("../../deny.toml");
        let read = toml::from_str::<Deny>(deny);
        read.map(|deny| deny.licenses).map_err(|source| Error::Deny { source: Box::new(source) })
    }

    /// Whether one may follow an expression by following licences that are listed.
    fn meet(&self, expression: &Expression) -> bool {
        expression.evaluate(|required| self.allow.iter().any(|allowed| allowed.satisfies(required)))
    }

    /// Why `package` is refused, if it is.
    fn refusal(&self, package: &Package) -> Option<String> {
        let Package { name, version, license } = package;
        let reason = match license {
            None => "names no licence".to_owned(),
            // Old packages write `MIT/Apache-2.0`.
            Some(text) => match Expression::parse_mode(text, ParseMode::LAX) {
                Ok(expression) if self.meet(&expression) => return None,
                Ok(_) => text.clone(),
                Err(error) => format!("{text}: {}", error.reason),
            },
        };
        Some(format!("  {name} {version}: {reason}"))
    }
}

/// Fails if a package, or one that it depends on, is under another licence.
pub(crate) fn check() -> Result<(), Error> {
    let licences = Licences::of_the_project()?;
    let packages = Metadata::with_dependencies()?.packages;
    let refused: Vec<_> = packages.iter().filter_map(|package| licences.refusal(package)).collect();
    if !refused.is_empty() {
        return Err(Error::Licences { refused });
    }
    eprintln!("the licences of {} packages are on the list", packages.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal_of(license: Option<&str>) -> Option<String> {
        let license = license.map(str::to_owned);
        let package = Package { name: "other".into(), version: "1.2.3".into(), license };
        Licences::of_the_project().unwrap().refusal(&package)
    }

    #[test]
    fn what_can_be_followed_by_licences_on_the_list_is_accepted() {
        for licence in [
            "MIT OR GPL-3.0-only",
            "Unlicense/MIT",
            "(MIT OR GPL-3.0-only) AND Unicode-3.0",
            "GPL-3.0-only OR Apache-2.0 WITH LLVM-exception",
        ] {
            assert_eq!(refusal_of(Some(licence)), None, "{licence}");
        }
    }

    #[test]
    fn a_refusal_names_the_package_and_its_licence() {
        for licence in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "MIT WITH LLVM-exception"] {
            assert_eq!(refusal_of(Some(licence)).unwrap(), format!("  other 1.2.3: {licence}"));
        }
        let malformed = refusal_of(Some("MIT OR")).unwrap();
        assert!(malformed.starts_with("  other 1.2.3: MIT OR: "), "{malformed}");
        assert_eq!(refusal_of(None).unwrap(), "  other 1.2.3: names no licence");
    }
}
