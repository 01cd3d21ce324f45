//! Faults with arbitrary fields, as users write them.

use std::fmt;

use arbitrary::{Arbitrary, Result, Unstructured};
use chaosgate_faults::catalogue::{self, FieldInfo, ValueKind};
use chaosgate_faults::units::duration;
use chaosgate_faults::{EntrySpec, Transport};

/// An entry in the notation of the command line, of any kind that the catalogue has. It may be one
/// that is refused.
#[derive(Clone)]
pub struct Written(String);

impl Written {
    /// The entry, unless it is refused, or does not suit such traffic.
    ///
    /// # Panics
    ///
    /// When it does not read as it is printed.
    pub fn entry(&self, transport: Transport) -> Option<EntrySpec> {
        let entry: EntrySpec = self.0.parse().ok()?;
        let again = entry.to_string();
        assert_eq!(again.parse().as_ref(), Ok(&entry), "{self:?} is written as {again}");
        entry.fault().suits(transport).is_ok().then_some(entry)
    }
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl Arbitrary<'_> for Written {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        let kind = u.choose(catalogue::all())?;
        let mut fields = Vec::new();
        let sole = kind.sole_field().filter(|_| u.arbitrary().unwrap_or_default());
        if let Some(sole) = sole {
            fields.push(value(sole, u)?);
        }
        for field in kind.fields.iter().filter(|field| sole != Some(*field)) {
            if field.default.is_none() || u.arbitrary()? {
                fields.push(format!("{}={}", field.name, value(field, u)?));
            }
        }
        for field in &catalogue::entry().fields {
            if u.ratio(1, 4)? {
                fields.push(format!("{}={}", field.name, value(field, u)?));
            }
        }
        Ok(Written(format!("{}:{}", kind.name, fields.join(","))))
    }
}

/// Few, so that a list often has a name of the one before.
const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// A value of the kind that the catalogue says.
fn value(field: &FieldInfo, u: &mut Unstructured<'_>) -> Result<String> {
    match &field.kind {
        ValueKind::Duration { least, most } => {
            const UNITS: [&str; 6] = ["ns", "us", "ms", "s", "h", "d"];
            let bounds = [least, most].map(|bound| duration::display(*bound));
            few_or(u, bounds, &["1ns", "1ms", "7ms", "100ms"], |u| {
                Ok(format!("{}{}", u.arbitrary::<u8>()?, u.choose(&UNITS)?))
            })
        }
        ValueKind::ByteSize { least, most } => {
            let few = ["0B", "1B", "10B", "100B", "1kB", "64KiB"];
            few_or(u, [least, most], &few, |u| Ok(format!("{}B", u.arbitrary::<u8>()?)))
        }
        ValueKind::ByteRate { least, most } => {
            let few = ["500B/s", "20kB/s", "3MB/s"];
            few_or(u, [least, most], &few, |u| Ok(format!("{}B/s", u.arbitrary::<u16>()?)))
        }
        ValueKind::Ratio { least, most } => {
            few_or(u, [least, most], &["0.5"], |u| Ok(format!("{}%", u.int_in_range(0..=100)?)))
        }
        ValueKind::Count { least, most } => {
            few_or(u, [least, most], &["2"], |u| Ok(u.arbitrary::<u8>()?.to_string()))
        }
        ValueKind::Numbers => choose(u, &["1", "2", "2..3", "every 2"]),
        ValueKind::Clients => choose(u, &["127.0.0.0/8", "10.0.0.1", "40000"]),
        ValueKind::Pattern => choose(u, &["a", r"\x00+", r"(?s)\x01.{3}", "[a-f]{2}"]),
        ValueKind::Span => choose(u, &["rest", "match", "1B", "10B", "1kB", "1ms", "50ms"]),
        ValueKind::Text { .. } => choose(u, &NAMES),
        ValueKind::Bool | ValueKind::OneOf { .. } => choose(u, &field.kind.choices()),
    }
}

/// One of few.
fn choose(u: &mut Unstructured<'_>, few: &[&str]) -> Result<String> {
    u.choose(few).map(|one| (*one).to_owned())
}

/// Mostly a bound or one of few, so that an entry is often equal to an earlier one.
fn few_or(
    u: &mut Unstructured<'_>,
    bounds: [impl ToString; 2],
    few: &[&str],
    any: impl FnOnce(&mut Unstructured<'_>) -> Result<String>,
) -> Result<String> {
    if u.ratio(1, 4)? {
        return any(u);
    }
    let few: Vec<_> =
        few.iter().map(ToString::to_string).chain(bounds.map(|bound| bound.to_string())).collect();
    u.choose(&few).cloned()
}
