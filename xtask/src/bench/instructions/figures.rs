//! The file of what was counted, and what it holds for.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::root::root;
use crate::run::output;

/// What was counted, and for what it holds.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Figures {
    #[serde(flatten)]
    pub(super) conditions: Conditions,
    /// For one more of each workload.
    pub(super) instructions: BTreeMap<String, u64>,
}

impl Figures {
    pub(super) fn read() -> Result<Self, Error> {
        let path = path();
        let text = fs::read(&path).map_err(Error::file("read", &path))?;
        serde_json::from_slice(&text).map_err(|source| Error::Figures { path, source })
    }

    pub(super) fn write(&self) -> Result<(), Error> {
        let path = path();
        let text = serde_json::to_string_pretty(self);
        let text = text.map_err(|source| Error::Figures { path: path.clone(), source })?;
        fs::write(&path, text + "\n").map_err(Error::file("write", &path))
    }
}

/// From the root of the workspace.
const FILE: &str = "crates/bench/instructions.json";

fn path() -> PathBuf {
    root().join(FILE)
}

/// What figures depend on beside the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Conditions {
    /// The compiler's version.
    rustc: String,
    /// What it compiles for.
    target: String,
    /// The C library, which copies and allocates.
    libc: String,
    /// The processor, by which libraries choose how they copy and compute.
    cpu: String,
}

impl Conditions {
    pub(super) fn here() -> Result<Self, Error> {
        let rustc = text(Command::new("rustc").args(["--version", "--verbose"]))?;
        let libc = text(Command::new("getconf").arg("GNU_LIBC_VERSION"));
        let cpus = fs::read_to_string(Path::new("/proc/cpuinfo")).unwrap_or_default();
        let unknown = || "unknown".to_owned();
        Ok(Conditions {
            rustc: rustc.lines().next().map_or_else(unknown, str::to_owned),
            target: field(&rustc, "host").unwrap_or_else(unknown),
            libc: libc.map_or_else(|_| unknown(), |text| text.trim().to_owned()),
            cpu: field(&cpus, "model name").unwrap_or_else(unknown),
        })
    }

    /// Why figures of these conditions say nothing of those `here`, if so; and what does.
    pub(super) fn rules_out(&self, here: &Self) -> Option<String> {
        if (&self.rustc, &self.target) == (&here.rustc, &here.target) {
            return None;
        }
        Some(format!(
            "NOT COMPARED: the figures that are kept are those of another compiler or target.\n\
             kept: {}, {}\n\
             here: {}, {}\n\
             To compare here: run `cargo xtask bench --instructions --accept` on the commit before,\n\
             take the file that it writes, {FILE}, along to this one,\n\
             and run `cargo xtask bench --instructions` again.",
            self.rustc, self.target, here.rustc, here.target
        ))
    }

    /// What may have changed figures `here` beside the code, if something may.
    pub(super) fn casts_doubt(&self, here: &Self) -> Option<String> {
        let pairs = [(&self.libc, &here.libc), (&self.cpu, &here.cpu)];
        let others: Vec<_> = pairs.iter().filter(|(kept, here)| kept != here).collect();
        let lines = others.iter().map(|(kept, here)| format!("\nkept: {kept}; here: {here}"));
        (!others.is_empty()).then(|| {
            "A difference may be one of these, and not of the code:".to_owned()
                + &lines.collect::<String>()
        })
    }
}

/// What `command` prints.
fn text(command: &mut Command) -> Result<String, Error> {
    Ok(String::from_utf8_lossy(&output(command)?).into_owned())
}

/// The value of the first line `name: value`.
fn field(text: &str, name: &str) -> Option<String> {
    let fields = text.lines().filter_map(|line| line.split_once(':'));
    let mut values = fields.filter(|(key, _)| key.trim() == name).map(|(_, value)| value.trim());
    values.next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions() -> Conditions {
        Conditions {
            rustc: "rustc 1.95.0".to_owned(),
            target: "x86_64-unknown-linux-gnu".to_owned(),
            libc: "glibc 2.36".to_owned(),
            cpu: "A".to_owned(),
        }
    }

    #[test]
    fn figures_of_another_compiler_are_not_compared_and_what_to_do_is_said() {
        let here = Conditions { rustc: "rustc 1.96.0".to_owned(), ..conditions() };
        let said = conditions().rules_out(&here).unwrap();
        assert!(said.contains("kept: rustc 1.95.0,") && said.contains("here: rustc 1.96.0,"));
        assert!(said.contains("cargo xtask bench --instructions --accept"), "{said}");
        assert_eq!(conditions().rules_out(&conditions()), None);
    }

    #[test]
    fn figures_of_another_processor_are_compared_with_a_warning() {
        let here = Conditions { cpu: "B".to_owned(), ..conditions() };
        assert_eq!(conditions().rules_out(&here), None);
        assert!(conditions().casts_doubt(&here).unwrap().ends_with("\nkept: A; here: B"));
        assert_eq!(conditions().casts_doubt(&conditions()), None);
    }

    #[test]
    fn a_field_is_found_by_its_name_alone() {
        let text = "rustc 1.95.0\nbinary: rustc\nhost: x86_64\nmodel name\t: A  B\n";
        assert_eq!(field(text, "host").as_deref(), Some("x86_64"));
        assert_eq!(field(text, "model name").as_deref(), Some("A  B"));
        assert_eq!(field(text, "name"), None);
    }

    #[test]
    fn the_file_names_each_workload_that_is_kept() {
        let kept = Figures::read().unwrap();
        assert!(!kept.instructions.is_empty());
    }
}
