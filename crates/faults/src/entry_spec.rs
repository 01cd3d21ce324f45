//! One element of a direction's list of faults, as users write it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::document::{object, type_of};
use crate::entry_fields::EntryFields;
use crate::units::{ByteSize, Count, NonZeroByteSize, Numbers, Ratio};
use crate::{Clients, FaultSpec, Pattern, Span, SpecError, When, catalogue, notation};

/// A fault in a list, with what every fault may have beside its own fields: a `name`, a
/// `probability`, a time `for` which it stays, and [when](When) it acts.
///
/// ```
/// use std::time::Duration;
/// use chaosgate_faults::{EntrySpec, Latency};
///
/// let written: EntrySpec = "latency:delay=100ms,name=slow,for=5s".parse()?;
/// assert_eq!(written, "latency:100ms,name=slow,for=5s".parse()?);
/// let built = EntrySpec::new(Latency::new(Duration::from_millis(100)))
///     .named("slow")
///     .lasting(Duration::from_secs(5));
/// assert_eq!(written, built);
/// # Ok::<(), chaosgate_faults::SpecError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct EntrySpec {
    fault: FaultSpec,
    fields: EntryFields,
}

impl EntrySpec {
    /// An entry that acts on every connection until it is removed.
    pub fn new(fault: impl Into<FaultSpec>) -> Self {
        EntrySpec { fault: fault.into(), fields: EntryFields::default() }
    }

    /// The same with another fault.
    #[must_use]
    pub fn with_fault(mut self, fault: impl Into<FaultSpec>) -> Self {
        self.fault = fault.into();
        self
    }

    /// Gives it a name, which must be the only such in its list. The default is the fault's type,
    /// with a number where the list has that already: `latency`, `latency-2`.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.fields.name = Some(name.into());
        self
    }

    /// Gives it the name of `other`, or none if that has none.
    pub(crate) fn named_as(mut self, other: &EntrySpec) -> Self {
        self.fields.name.clone_from(&other.fields.name);
        self
    }

    /// Lets it act only on this part of the connections, 0 to 1. Each connection's coin is tossed
    /// once: another probability is compared with the same toss.
    #[must_use]
    pub fn with_probability(mut self, probability: Ratio) -> Self {
        self.fields.probability = probability;
        self
    }

    /// Lets it end by itself, so long after it was set.
    #[must_use]
    pub fn lasting(mut self, duration: Duration) -> Self {
        self.fields.lasts = Some(duration);
        self
    }

    /// Lets it act on these connections alone, counted from the moment at which it is set.
    #[must_use]
    pub fn connections(mut self, connections: Numbers) -> Self {
        self.fields.when.connections = Some(connections);
        self
    }

    /// Lets it act on the connections of these clients alone.
    #[must_use]
    pub fn client(mut self, clients: Clients) -> Self {
        self.fields.when.client = Some(clients);
        self
    }

    /// Lets it act from so long after it was set.
    #[must_use]
    pub fn start_after(mut self, time: Duration) -> Self {
        self.fields.when.start_after = Some(time);
        self
    }

    /// Lets it act from behind so many bytes of its direction on a connection.
    #[must_use]
    pub fn after_bytes(mut self, bytes: ByteSize) -> Self {
        self.fields.when.after_bytes = bytes;
        self
    }

    /// Lets it act from behind each match of this pattern in its direction.
    #[must_use]
    pub fn on(mut self, pattern: Pattern) -> Self {
        self.fields.when.on = Some(pattern);
        self
    }

    /// Lets it act from where this pattern matches in the other direction.
    #[must_use]
    pub fn on_other(mut self, pattern: Pattern) -> Self {
        self.fields.when.on_other = Some(pattern);
        self
    }

    /// Lets it act on these matches within a connection alone.
    #[must_use]
    pub fn nth(mut self, matches: Numbers) -> Self {
        self.fields.when.nth = Some(matches);
        self
    }

    /// Lets it hold back no more than this of what may be a match.
    #[must_use]
    pub fn match_size(mut self, size: NonZeroByteSize) -> Self {
        self.fields.when.match_size = size;
        self
    }

    /// Lets it hold back what may be a match no longer than that.
    #[must_use]
    pub fn match_wait(mut self, time: Duration) -> Self {
        self.fields.when.match_wait = time;
        self
    }

    /// Lets it act up to there.
    #[must_use]
    pub fn span(mut self, span: Span) -> Self {
        self.fields.when.span = span;
        self
    }

    /// Lets it act so often, on all connections together.
    #[must_use]
    pub fn times(mut self, times: Count) -> Self {
        self.fields.when.times = Some(times);
        self
    }

    /// The name, if one was given.
    pub fn name(&self) -> Option<&str> {
        self.fields.name.as_deref()
    }

    /// The fault.
    pub fn fault(&self) -> &FaultSpec {
        &self.fault
    }

    /// On which part of the connections it acts.
    pub fn probability(&self) -> Ratio {
        self.fields.probability
    }

    /// When it acts.
    pub fn when(&self) -> &When {
        &self.fields.when
    }

    /// After what time it ends by itself, if it does.
    pub fn lasts(&self) -> Option<Duration> {
        self.fields.lasts
    }

    /// Reads an entry from an object: a fault's `type` and fields, and beside them those that every
    /// fault takes.
    ///
    /// # Errors
    ///
    /// [`SpecError`] names what is wrong.
    pub fn from_object(mut object: Map<String, Value>) -> Result<Self, SpecError> {
        let type_name = type_of(&object)?;
        let fields = EntryFields::take(&mut object, &type_name)?;
        let fault = FaultSpec::from_fields(&type_name, object, &EntryFields::info().fields)?;
        Ok(EntrySpec { fault, fields })
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
        EntrySpec::from_object(notation::read(text, catalogue::find)?)
    }
}

impl fmt::Display for EntrySpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let FaultSpec::Code(code) = &self.fault {
            return code.fmt(f);
        }
        let mut fields = self.fault.fields();
        fields.extend(self.fields.written());
        notation::write(f, self.fault.type_name(), &fields)
    }
}

impl Serialize for EntrySpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fault = serde_json::to_value(&self.fault).map_err(serde::ser::Error::custom)?;
        let mut fields = self.fields.written();
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
