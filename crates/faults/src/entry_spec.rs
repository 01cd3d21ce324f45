//! One element of a direction's list of faults, as users write it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::document::{object, type_of};
use crate::notation;
use crate::units::{Ratio, duration};
use crate::{FaultSpec, SpecError};

/// A fault in a list, with what every fault may have beside its own fields: a `name`, a
/// `probability`, and a time `for` which it stays.
///
/// ```
/// use std::time::Duration;
/// use chaosgate_faults::{EntrySpec, Latency};
///
/// let written: EntrySpec = "latency:delay=100ms,name=slow,for=5s".parse()?;
/// let built = EntrySpec::new(Latency::new(Duration::from_millis(100)))
///     .named("slow")
///     .lasting(Duration::from_secs(5));
/// assert_eq!(written, built);
/// # Ok::<(), chaosgate_faults::SpecError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct EntrySpec {
    name: Option<String>,
    pub(crate) fault: FaultSpec,
    pub(crate) probability: Ratio,
    pub(crate) lasts: Option<Duration>,
}

impl EntrySpec {
    /// An entry that acts on every connection until it is removed.
    pub fn new(fault: impl Into<FaultSpec>) -> Self {
        EntrySpec { name: None, fault: fault.into(), probability: Ratio::ONE, lasts: None }
    }

    /// Gives it a name, which must be the only such in its list. The default is the fault's type,
    /// with a number where the list has that already: `latency`, `latency-2`.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Gives it the name of `other`, or none if that has none.
    pub(crate) fn named_as(mut self, other: &EntrySpec) -> Self {
        self.name.clone_from(&other.name);
        self
    }

    /// Lets it act only on this part of the connections, 0 to 1. Each connection's coin is tossed
    /// once: another probability is compared with the same toss.
    #[must_use]
    pub fn with_probability(mut self, probability: Ratio) -> Self {
        self.probability = probability;
        self
    }

    /// Lets it end by itself, so long after it was set.
    #[must_use]
    pub fn lasting(mut self, duration: Duration) -> Self {
        self.lasts = Some(duration);
        self
    }

    /// The name, if one was given.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The fault.
    pub fn fault(&self) -> &FaultSpec {
        &self.fault
    }

    /// On which part of the connections it acts.
    pub fn probability(&self) -> Ratio {
        self.probability
    }

    /// After what time it ends by itself, if it does.
    pub fn lasts(&self) -> Option<Duration> {
        self.lasts
    }

    /// Reads an entry from an object: a fault's `type` and fields, and beside them `name`,
    /// `probability` and `for`.
    ///
    /// # Errors
    ///
    /// [`SpecError`] names what is wrong.
    pub fn from_object(mut object: Map<String, Value>) -> Result<Self, SpecError> {
        let type_name = type_of(&object)?;
        let name = take(&mut object, &type_name, "name", read_name)?;
        let probability = take(&mut object, &type_name, "probability", |value| {
            serde_json::from_value(value).map_err(|error| error.to_string())
        })?;
        let lasts = take(&mut object, &type_name, "for", |value| {
            duration::deserialize(value).map_err(|error: serde_json::Error| error.to_string())
        })?;
        let fault = FaultSpec::from_fields(&type_name, object, &["name", "probability", "for"])?;
        Ok(EntrySpec { name, fault, probability: probability.unwrap_or(Ratio::ONE), lasts })
    }

    /// What the entry has beside the fault's own fields, and is not the default.
    fn own_fields(&self) -> Map<String, Value> {
        let mut own = Map::new();
        if let Some(name) = &self.name {
            own.insert("name".to_owned(), name.as_str().into());
        }
        if self.probability != Ratio::ONE {
            own.insert("probability".to_owned(), self.probability.get().into());
        }
        if let Some(lasts) = self.lasts {
            own.insert("for".to_owned(), duration::display(lasts).to_string().into());
        }
        own
    }
}

/// Takes a field out of an object and reads it; `null` is as good as absent.
fn take<T>(
    object: &mut Map<String, Value>,
    fault: &str,
    field: &str,
    read: impl FnOnce(Value) -> Result<T, String>,
) -> Result<Option<T>, SpecError> {
    let value = object.shift_remove(field).filter(|value| !value.is_null());
    value.map(read).transpose().map_err(|reason| SpecError::BadValue {
        fault: fault.to_owned(),
        field: field.to_owned(),
        reason,
    })
}

fn read_name(value: Value) -> Result<String, String> {
    const LONGEST: usize = 200;
    match value {
        Value::String(name) if (1..=LONGEST).contains(&name.chars().count()) => Ok(name),
        other => Err(format!("{other} is no name: it must be a text of 1 to {LONGEST} characters")),
    }
}

impl FaultSpec {
    /// Names the entry; see [`EntrySpec::named`].
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> EntrySpec {
        EntrySpec::new(self).named(name)
    }
}

impl<F: Into<FaultSpec>> From<F> for EntrySpec {
    fn from(fault: F) -> Self {
        EntrySpec::new(fault)
    }
}

impl FromStr for EntrySpec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        EntrySpec::from_object(notation::read(text)?)
    }
}

impl fmt::Display for EntrySpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if matches!(self.fault, FaultSpec::Custom(_) | FaultSpec::Lent(_)) {
            return self.fault.fmt(f);
        }
        let mut fields = self.fault.fields();
        fields.extend(self.own_fields());
        notation::write(f, self.fault.type_name(), &fields)
    }
}

impl Serialize for EntrySpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fault = serde_json::to_value(&self.fault).map_err(serde::ser::Error::custom)?;
        let mut fields = self.own_fields();
        if let Value::Object(fault) = fault {
            fields.extend(fault);
        }
        fields.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for EntrySpec {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        EntrySpec::from_object(object(deserializer)?).map_err(serde::de::Error::custom)
    }
}
