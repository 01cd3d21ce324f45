//! Whether the licence of every dependency is one that users of the project may be bound by without a second thought.

use crate::{
    error::Error,
    spdx,
    workspace::{Metadata, Package},
};

/// Permissive licences: they ask for their notice to be kept, or for nothing.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Zlib",
];

/// Fails if a package, or one that it depends on, is under another licence.
pub(crate) fn check() -> Result<(), Error> {
    let packages = Metadata::with_dependencies()?.packages;
    let refused: Vec<_> = packages.iter().filter_map(refusal).collect();
    if !refused.is_empty() {
        return Err(Error::Licences { refused });
    }
    eprintln!("the licences of {} packages are on the list", packages.len());
    Ok(())
}

/// Why `package` is refused, if it is.
fn refusal(package: &Package) -> Option<String> {
    let Package { name, version, license } = package;
    let reason = match license {
        None => "names no licence".to_owned(),
        Some(expression) => match spdx::is_met(expression, ALLOWED) {
            Ok(true) => return None,
            Ok(false) => expression.clone(),
            Err(error) => format!("{expression}: {error}"),
        },
    };
    Some(format!("  {name} {version}: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal_of(license: Option<&str>) -> Option<String> {
        let license = license.map(str::to_owned);
        refusal(&Package { name: "other".into(), version: "1.2.3".into(), license })
    }

    #[test]
    fn a_licence_on_the_list_is_accepted() {
        assert_eq!(refusal_of(Some("MIT OR GPL-3.0-only")), None);
    }

    #[test]
    fn a_refusal_names_the_package_and_its_licence() {
        assert_eq!(refusal_of(Some("GPL-3.0-only")).unwrap(), "  other 1.2.3: GPL-3.0-only");
        assert_eq!(
            refusal_of(Some("MIT OR")).unwrap(),
            "  other 1.2.3: MIT OR: ends where a licence should be"
        );
        assert_eq!(refusal_of(None).unwrap(), "  other 1.2.3: names no licence");
    }
}
