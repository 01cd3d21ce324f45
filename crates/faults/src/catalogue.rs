//! What there is to know of each type of fault, and of what each takes beside its own fields: read
//! off the types and their doc comments.

use crate::entry_fields::EntryFields;
use crate::notation;

pub use crate::entry_fields::EntryInfo;
pub use crate::field_info::FieldInfo;
pub use crate::kind_info::KindInfo;
pub use crate::value_kind::ValueKind;

/// All types of faults.
pub fn all() -> &'static [KindInfo] {
    crate::spec::infos()
}

/// The type of fault with this name, in which a hyphen is as good as an underscore.
pub fn find(name: &str) -> Option<&'static KindInfo> {
    let name = notation::plain(name);
    all().iter().find(|kind| kind.name == name)
}

/// What every fault takes beside its own fields.
pub fn entry() -> &'static EntryInfo {
    EntryFields::info()
}

/// Each kind of value that a field takes, but for those of which all values are named.
pub fn values() -> Vec<&'static ValueKind> {
    let mut kinds = Vec::new();
    for field in all().iter().flat_map(|kind| &kind.fields).chain(&entry().fields) {
        if field.kind.choices().is_empty() && !kinds.contains(&&field.kind) {
            kinds.push(&field.kind);
        }
    }
    kinds
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value};

    use super::*;
    use crate::EntrySpec;

    /// The example of a fault as an object, with all fields that the fault has.
    fn example(kind: &KindInfo) -> Map<String, Value> {
        let entry: EntrySpec = kind.example.parse().expect(kind.example);
        let Ok(Value::Object(object)) = serde_json::to_value(entry) else {
            panic!("{} is no object", kind.example)
        };
        object
    }

    #[test]
    fn every_fault_says_what_it_and_each_of_its_fields_is_for() {
        let kinds = all().iter().map(|kind| (kind.name, &kind.docs, &kind.fields));
        for (name, docs, fields) in kinds.chain([("entry", &entry().docs, &entry().fields)]) {
            assert!(!docs.is_empty(), "{name} has no docs");
            for field in fields {
                assert!(!field.docs.is_empty(), "{name}.{} has no docs", field.name);
            }
        }
    }

    #[test]
    fn every_example_is_a_fault_of_its_kind_and_reads_as_it_is_printed() {
        for kind in all() {
            let entry: EntrySpec = kind.example.parse().expect(kind.example);
            assert_eq!(entry.fault().type_name(), kind.name);
            assert_eq!(entry.to_string(), kind.example);
            assert_eq!(entry.to_string().parse(), Ok(entry));
        }
    }

    #[test]
    fn a_field_knows_its_kind_of_value_and_its_default() {
        let latency = find("latency").expect("a fault");
        let field = |name| latency.fields.iter().find(|field| field.name == name).expect(name);
        let (delay, end) = (field("delay"), field("end"));
        assert_eq!((delay.kind.to_string().as_str(), &delay.default), ("duration", &None));
        assert_eq!((&end.kind, &end.default), (&ValueKind::Bool, &Some(true.into())));
        assert_eq!(field("distribution").kind.choices(), ["uniform", "normal", "pareto"]);
    }

    #[test]
    fn the_value_of_the_only_field_that_must_be_given_may_stand_alone() {
        let kinds = all().iter().filter_map(|kind| Some((kind, kind.sole_field()?)));
        let names: Vec<_> = kinds.clone().map(|(kind, _)| kind.name).collect();
        assert!(names.contains(&"latency") && !names.contains(&"burst_loss"), "{names:?}");
        for (kind, field) in kinds {
            let value = field.kind.example().expect(kind.name);
            let [alone, with_its_name] =
                [value.to_owned(), format!("{}={value}", field.name)].map(|given| {
                    format!("{}:{given}", kind.name).parse::<EntrySpec>().expect(kind.name)
                });
            assert_eq!(alone, with_its_name);
        }
    }

    #[test]
    fn every_field_that_a_fault_has_is_known_with_its_kind_of_value() {
        for kind in all() {
            let known = kind.fields.iter().map(|field| &field.name);
            let written = example(kind);
            assert!(known.eq(written.keys().filter(|field| *field != "type")), "{written:?}");
        }
    }

    #[test]
    fn every_fault_reads_as_it_is_written_in_json() {
        for kind in all() {
            let entry: EntrySpec = kind.example.parse().expect(kind.example);
            assert_eq!(EntrySpec::from_object(example(kind)), Ok(entry));
        }
    }

    #[test]
    fn a_field_takes_the_bounds_of_its_kind() {
        for kind in all() {
            for field in &kind.fields {
                let about = serde_json::to_value(&field.kind).expect("data");
                for bound in ["least", "most"].into_iter().filter_map(|bound| about.get(bound)) {
                    let mut given = example(kind);
                    given.insert(field.name.clone(), bound.clone());
                    let read = EntrySpec::from_object(given);
                    assert!(read.is_ok(), "{}.{}: {read:?}", kind.name, field.name);
                }
            }
        }
    }

    #[test]
    fn what_every_fault_takes_is_optional_and_shown_in_the_example() {
        let example: EntrySpec = entry().example.parse().expect("an entry");
        let written = serde_json::to_value(example).expect("data");
        for field in &entry().fields {
            assert!(field.default.is_some(), "{} must be given", field.name);
            assert!(written.get(&field.name).is_some(), "{} is not in the example", field.name);
            assert!(
                all().iter().flat_map(|kind| &kind.fields).all(|own| own.name != field.name),
                "a fault has a field {} of its own",
                field.name
            );
        }
        let about = entry().fields.iter().map(|field| format!("{}: {}", field.name, field.kind));
        assert_eq!(
            about.take(4).collect::<Vec<_>>(),
            ["name: text", "probability: ratio", "for: duration", "connections: numbers"]
        );
    }
}
