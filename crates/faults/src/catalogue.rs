//! What there is to know of each type of fault, read off its type and its doc comments.

pub use crate::field_info::FieldInfo;
pub use crate::kind_info::KindInfo;

/// All types of faults.
pub fn all() -> &'static [KindInfo] {
    crate::spec::infos()
}

/// The type of fault with this name.
pub fn find(name: &str) -> Option<&'static KindInfo> {
    all().iter().find(|kind| kind.name == name)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::EntrySpec;

    #[test]
    fn every_fault_says_what_it_and_each_of_its_fields_is_for() {
        for kind in all() {
            assert!(!kind.docs.is_empty(), "{} has no docs", kind.name);
            for field in &kind.fields {
                assert!(!field.docs.is_empty(), "{}.{} has no docs", kind.name, field.name);
                assert!(
                    !field.value.is_empty(),
                    "{}.{} has no kind of value",
                    kind.name,
                    field.name
                );
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
    fn a_field_knows_its_values_and_its_default() {
        let latency = find("latency").expect("a fault");
        let field = |name| latency.fields.iter().find(|field| field.name == name).expect(name);
        assert_eq!((field("delay").value.as_str(), &field("delay").default), ("duration", &None));
        assert_eq!(field("distribution").value, "uniform, normal, pareto");
        assert_eq!(field("end").default, Some(Value::Bool(true)));
    }
}
