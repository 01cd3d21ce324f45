//! What somebody says of a proxy.

use serde_json::Value;

use super::body::{BodyError, Object};
use super::proxy::{Proxy, Wanted};
use super::toxic::{GivenToxic, Toxic};
use super::upstream;
use super::warnings::{Warnings, step};
use crate::registry::Kept;

/// What somebody says of a proxy: all of it when it is created, the rest stays when it is updated.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) name: String,
    pub(super) listen: Option<String>,
    pub(super) upstream: Option<String>,
    pub(super) enabled: Option<bool>,
    toxics: Option<Value>,
}

impl Given {
    /// That it is to be enabled, and nothing else.
    pub(super) fn enabled() -> Self {
        Given { enabled: Some(true), ..Given::default() }
    }

    /// Reads it from a body, for which warnings have the name that the call has, if it has one.
    pub(super) fn read(
        body: Value,
        called: Option<&str>,
        warnings: &mut Warnings,
    ) -> Result<Self, BodyError> {
        let mut body = Object::new(body)?;
        let given = Given {
            name: body.text("name")?.unwrap_or_default(),
            listen: body.text("listen")?,
            upstream: body.text("upstream")?,
            enabled: body.boolean("enabled")?,
            toxics: body.take("toxics"),
        };
        let what = format!("proxy \"{}\"", called.unwrap_or(&given.name));
        given.check_addresses(&what, warnings);
        // The model shows a `Logger`, and clients send back what they were shown.
        let mut known = vec!["Logger"];
        if let Some((name, _)) = body.left().find(|(name, value)| asks_for_datagrams(name, value)) {
            warnings.add(step(name), format!("{what}: {name}: {NO_DATAGRAMS}"));
            known.push(name);
        }
        body.warn_of_left("", &what, &known, warnings);
        Ok(given)
    }

    /// Says which addresses are those of nobody. What it is to listen on is found out by doing so.
    fn check_addresses(&self, what: &str, warnings: &mut Warnings) {
        let fields = [("listen", &self.listen), ("upstream", &self.upstream)];
        for (field, address) in fields {
            let Some(address) = address else { continue };
            if address.starts_with("udp://") {
                warnings.add(step(field), format!("{what}: {field}: {NO_DATAGRAMS}"));
            } else if field == "upstream"
                && let Err(reason) = upstream::check(address)
            {
                let says = format!("{what}: upstream {address:?} cannot be reached: {reason}");
                warnings.add(step(field), says);
            }
        }
    }

    /// The first of the fields that a new proxy must have, if it lacks one.
    pub(super) fn missing_field(&self) -> Option<&'static str> {
        if self.name.is_empty() {
            return Some("name");
        }
        self.upstream.as_ref().is_none_or(String::is_empty).then_some("upstream")
    }

    /// A proxy that is as `kept` is but for what is given.
    pub(super) fn over(&self, kept: &Kept<Proxy>) -> Wanted {
        Wanted {
            listen: self.listen.clone().unwrap_or_else(|| kept.listen()),
            upstream: self.upstream.clone().unwrap_or_else(|| kept.upstream()),
            enabled: self.enabled.unwrap_or(kept.gate.is_running()),
            toxics: Vec::new(),
        }
    }

    /// The proxy that it describes.
    pub(super) fn wanted(self, warnings: &mut Warnings) -> Wanted {
        let mut own = Warnings::default();
        let toxics = self.toxics.map_or_else(Vec::new, |toxics| read_toxics(toxics, &mut own));
        warnings.add_all_of(&format!("proxy \"{}\"", self.name), own);
        Wanted {
            listen: self.listen.unwrap_or_default(),
            upstream: self.upstream.unwrap_or_default(),
            enabled: self.enabled.unwrap_or(true),
            toxics,
        }
    }
}

/// What is said to who wants datagrams.
const NO_DATAGRAMS: &str =
    "Toxiproxy's interface has streams over TCP alone; `chaosgate proxy --udp` passes datagrams";

fn asks_for_datagrams(name: &str, value: &Value) -> bool {
    name.eq_ignore_ascii_case("udp") && *value != Value::Bool(false)
        || value.as_str().is_some_and(|value| value.eq_ignore_ascii_case("udp"))
}

/// The toxics that can be read; of the others there is a warning.
fn read_toxics(toxics: Value, warnings: &mut Warnings) -> Vec<GivenToxic> {
    let Value::Array(toxics) = toxics else {
        warnings.add("/toxics", format!("toxics is {toxics} and not an array"));
        return Vec::new();
    };
    let mut read = Vec::new();
    for (place, toxic) in toxics.into_iter().enumerate() {
        let (at, mut own) = (format!("/toxics/{place}"), Warnings::default());
        match Toxic::read(toxic, &mut own) {
            Ok(toxic) => read.push(GivenToxic { at: at.clone(), toxic }),
            Err(error) => {
                let (number, why) = (place + 1, error.plainly());
                own.add("", format!("toxic {number} cannot be: {why}"));
            }
        }
        warnings.add_all_at(&at, own);
    }
    read
}
