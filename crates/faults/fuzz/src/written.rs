//! Faults with arbitrary fields, as users write them.

use std::fmt;

use arbitrary::{Arbitrary, Result, Unstructured};
use chaosgate_faults::catalogue::{self, FieldInfo};
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
        for field in &kind.fields {
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

/// A value of the kind that the catalogue says; for a kind that is not known here, a number.
fn value(field: &FieldInfo, u: &mut Unstructured<'_>) -> Result<String> {
    match field.value.as_str() {
        "duration" => duration(u),
        "byte size" => size(u),
        "byte rate" => rate(u),
        "ratio" => ratio(u),
        "text" => u.choose(&NAMES).map(|name| (*name).to_owned()),
        few if few.contains(", ") => {
            let few: Vec<_> = few.split(", ").collect();
            u.choose(&few).map(|one| (*one).to_owned())
        }
        _ => Ok(u.arbitrary::<u8>()?.to_string()),
    }
}

fn duration(u: &mut Unstructured<'_>) -> Result<String> {
    const UNITS: [&str; 6] = ["ns", "us", "ms", "s", "h", "d"];
    few_or(u, &["0", "1ns", "1ms", "7ms", "100ms", "365d"], |u| {
        Ok(format!("{}{}", u.arbitrary::<u8>()?, u.choose(&UNITS)?))
    })
}

fn size(u: &mut Unstructured<'_>) -> Result<String> {
    few_or(u, &["0B", "1B", "10B", "100B", "1kB", "64KiB", "18446744073709551615B"], |u| {
        Ok(format!("{}B", u.arbitrary::<u8>()?))
    })
}

fn rate(u: &mut Unstructured<'_>) -> Result<String> {
    few_or(u, &["0.001B/s", "500B/s", "20kB/s", "3MB/s", "1TB/s"], |u| {
        Ok(format!("{}B/s", u.arbitrary::<u16>()?))
    })
}

fn ratio(u: &mut Unstructured<'_>) -> Result<String> {
    few_or(u, &["0", "0.5", "1"], |u| Ok(format!("{}%", u.int_in_range(0..=100)?)))
}

/// Mostly one of few, so that an entry is often equal to an earlier one, and at the bounds.
fn few_or(
    u: &mut Unstructured<'_>,
    few: &[&str],
    any: impl FnOnce(&mut Unstructured<'_>) -> Result<String>,
) -> Result<String> {
    if u.ratio(3, 4)? { u.choose(few).map(|one| (*one).to_owned()) } else { any(u) }
}
