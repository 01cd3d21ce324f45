//! One element of a direction's list of faults: as users write it, and at work.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::clock::later;
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
    fault: FaultSpec,
    probability: Ratio,
    lasts: Option<Duration>,
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

    /// Reads an entry from an object: a fault's `type` and fields, and beside them `name`,
    /// `probability` and `for`.
    ///
    /// # Errors
    ///
    /// [`SpecError`] names what is wrong.
    pub fn from_object(mut object: Map<String, Value>) -> Result<Self, SpecError> {
        let type_name = object.get("type").and_then(Value::as_str).unwrap_or("fault").to_owned();
        let name = take(&mut object, &type_name, "name", read_name)?;
        let probability = take(&mut object, &type_name, "probability", |value| {
            serde_json::from_value(value).map_err(|error| error.to_string())
        })?;
        let lasts = take(&mut object, &type_name, "for", |value| {
            duration::deserialize(value).map_err(|error: serde_json::Error| error.to_string())
        })?;
        let fault = FaultSpec::from_object(object)?;
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
    let value = object.remove(field).filter(|value| !value.is_null());
    value.map(read).transpose().map_err(|reason| SpecError::BadValue {
        fault: fault.to_owned(),
        field: field.to_owned(),
        reason,
    })
}

fn read_name(value: Value) -> Result<String, String> {
    const LONGEST: usize = 200;
    let name = match value {
        Value::String(name) => name,
        // The command line writes the name 5 as it writes the number.
        Value::Number(number) => number.to_string(),
        other => return Err(format!("{other} is no text")),
    };
    match name.chars().count() {
        1..=LONGEST => Ok(name),
        length => Err(format!("a name has 1 to {LONGEST} characters, and not {length}")),
    }
}

impl From<FaultSpec> for EntrySpec {
    fn from(fault: FaultSpec) -> Self {
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
        if matches!(self.fault, FaultSpec::Custom(_)) {
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
        EntrySpec::from_object(Map::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// An entry at work: what every connection of the direction shares of it.
#[derive(Debug)]
pub struct Entry {
    id: u64,
    /// The first of the entries that this one has replaced by an update, or its own id.
    lineage: u64,
    name: String,
    spec: EntrySpec,
    ends_at: Option<Instant>,
    hits: AtomicU64,
}

impl Entry {
    /// An entry that has nothing of an earlier one, set at `now` under `name`.
    pub(crate) fn new(name: String, spec: EntrySpec, now: Instant) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let ends_at = spec.lasts.map(|lasts| later(now, lasts));
        Entry { id, lineage: id, name, spec, ends_at, hits: AtomicU64::new(0) }
    }

    /// An entry that takes the place of `earlier`: new clocks and hits, but its byte counts go on.
    pub(crate) fn replacing(earlier: &Entry, spec: EntrySpec, now: Instant) -> Self {
        Entry { lineage: earlier.lineage, ..Entry::new(earlier.name.clone(), spec, now) }
    }

    /// Never used again: another entry of the same name has another.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The name, which is the only such in its list.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it was made from.
    pub fn spec(&self) -> &EntrySpec {
        &self.spec
    }

    /// The fault.
    pub fn fault(&self) -> &FaultSpec {
        &self.spec.fault
    }

    /// The part of the connections on which it acts.
    pub fn probability(&self) -> Ratio {
        self.spec.probability
    }

    /// How often it did something to real traffic, on all connections since it was set.
    pub fn hits(&self) -> u64 {
        self.hits.load(Ordering::Acquire)
    }

    /// Counts hits that a chain has reported.
    pub fn add_hits(&self, hits: u64) {
        self.hits.fetch_add(hits, Ordering::AcqRel);
    }

    /// When it ends by itself, if ever.
    pub fn ends_at(&self) -> Option<Instant> {
        self.ends_at
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&self, now: Instant) -> bool {
        self.ends_at.is_some_and(|end| end <= now)
    }

    /// Whether it came in the place of `other`, by one update or several.
    pub(crate) fn replaces(&self, other: &Entry) -> bool {
        self.lineage == other.lineage
    }
}
