//! An example of the catalogue, as what it gives of which fields.

use std::time::Duration;

use chaosgate_faults::EntrySpec;
use chaosgate_faults::catalogue::{self, FieldInfo, KindInfo};
use chaosgate_faults::units::duration;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// An entry that the catalogue has as an example.
pub(crate) struct Example {
    /// As it is written on the command line.
    pub(crate) written: &'static str,
    /// The type of its fault.
    pub(crate) kind: &'static KindInfo,
    /// The fields of the fault that have not their default.
    pub(crate) own: Vec<Given>,
    /// Those that every fault takes.
    pub(crate) common: Vec<Given>,
}

/// A field and its value in JSON.
pub(crate) type Given = (&'static FieldInfo, Value);

impl Example {
    /// The example of each fault, and that of what every fault takes.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let faults = catalogue::all().iter().map(|kind| kind.example);
        faults.chain([catalogue::entry().example]).map(Self::new)
    }

    /// Reads one. A test of the catalogue shows that all can be read.
    pub(crate) fn new(written: &'static str) -> Self {
        let entry: EntrySpec = written.parse().expect(written);
        let object = serde_json::to_value(&entry).expect(written);
        let given = |fields: &'static [FieldInfo]| {
            let values = fields.iter().filter_map(|field| Some((field, object.get(&field.name)?)));
            let given = values.filter(|(field, value)| field.default.as_ref() != Some(value));
            given.map(|(field, value)| (field, value.clone())).collect()
        };
        let kind = catalogue::find(entry.fault().type_name()).expect(written);
        let (own, common) = (given(&kind.fields), given(&catalogue::entry().fields));
        Example { written, kind, own, common }
    }
}

/// A value of the catalogue, in the type that it is of.
pub(crate) fn read<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).expect("a value of this type")
}

/// One that is a duration.
pub(crate) fn time(value: &Value) -> Duration {
    duration::deserialize(value).expect("a duration")
}

/// `close_on_data` is the class, and the type in Rust, `CloseOnData`.
pub(crate) fn class_name(name: &str) -> String {
    name.split('_').map(capitalized).collect()
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_has_the_name_of_its_fault() {
        assert_eq!(class_name("close_on_data"), "CloseOnData");
    }

    #[test]
    fn what_is_given_has_not_its_default() {
        let example = Example::new(catalogue::entry().example);
        let names = |given: &[Given]| given.iter().map(|(field, _)| field.name.as_str()).collect();
        let (own, common): (Vec<_>, Vec<_>) = (names(&example.own), names(&example.common));
        assert_eq!((own, &common[..3]), (vec!["delay"], &["name", "probability", "for"][..]));
    }
}
