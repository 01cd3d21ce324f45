//! A fault as data.

use chaosgate::catalogue::{self, FieldInfo, KindInfo};
use chaosgate::{EntrySpec, Pass, SpecError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde_json::{Map, Value};

use crate::engine::Inherited;
use crate::error;
use crate::values;

/// A fault with all that its entry has beside it: comparable, printable, and checked when it is made.
#[pyclass(frozen, module = "chaosgate._engine")]
pub(crate) struct Spec(Kept);

enum Kept {
    Data(EntrySpec),
    /// What has to do with a thread of this process.
    Code(Inherited<EntrySpec>),
}

impl Spec {
    fn of_data(entry: EntrySpec) -> Self {
        Spec(Kept::Data(entry))
    }

    pub(crate) fn of_code(entry: EntrySpec) -> Self {
        Spec(Kept::Code(Inherited::new(entry)))
    }

    pub(crate) fn entry(&self) -> PyResult<&EntrySpec> {
        match &self.0 {
            Kept::Data(entry) => Ok(entry),
            Kept::Code(entry) => entry.get(),
        }
    }
}

/// The fields that every entry has, for a fault that is no data and has this name.
pub(crate) fn common(
    py: Python<'_>,
    name: &str,
    fields: &Bound<'_, PyDict>,
) -> PyResult<EntrySpec> {
    EntrySpec::from_object(document(PASS, fields)?).map_err(|mut refused| {
        if let SpecError::BadValue { fault, .. } = &mut refused {
            name.clone_into(fault);
        }
        error::spec(py, &refused)
    })
}

/// A fault without fields of its own.
const PASS: &str = "pass";

/// The object that a document has for a fault; `None` is as good as absent.
fn document(type_name: &str, fields: &Bound<'_, PyDict>) -> PyResult<Map<String, Value>> {
    let kind = catalogue::find(type_name);
    let mut object = Map::new();
    object.insert("type".to_owned(), type_name.into());
    for (name, given) in fields {
        let name: String = name.extract()?;
        if given.is_none() {
            continue;
        }
        let field = fields_of(kind).find(|field| field.name == name);
        let value = values::to_document(field.map(|field| &field.kind), &given)?;
        object.insert(name, value);
    }
    Ok(object)
}

/// The fields of such a fault, if it is one of the catalogue, and those that every entry has.
fn fields_of(kind: Option<&'static KindInfo>) -> impl Iterator<Item = &'static FieldInfo> {
    let own = kind.into_iter().flat_map(|kind| &kind.fields);
    own.chain(&catalogue::entry().fields)
}

#[pymethods]
impl Spec {
    /// The fault of this type with these fields.
    #[new]
    fn read(py: Python<'_>, type_name: &str, fields: &Bound<'_, PyDict>) -> PyResult<Self> {
        let entry = EntrySpec::from_object(document(type_name, fields)?);
        entry.map(Spec::of_data).map_err(|refused| error::spec(py, &refused))
    }

    /// The fault that is written so on the command line.
    #[staticmethod]
    fn parse(py: Python<'_>, text: &str) -> PyResult<Self> {
        text.parse().map(Spec::of_data).map_err(|refused| error::spec(py, &refused))
    }

    /// The name of its type.
    #[getter]
    fn type_name(&self) -> PyResult<&str> {
        Ok(self.entry()?.fault().type_name())
    }

    /// Its fields as Python has them, and those that every entry has.
    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let entry = self.entry()?;
        // Code has no form in a document, but what its entry has beside it does.
        let (kind, document) = match self.0 {
            Kept::Data(_) => {
                (catalogue::find(entry.fault().type_name()), serde_json::to_value(entry))
            }
            Kept::Code(_) => (None, serde_json::to_value(entry.clone().with_fault(Pass {}))),
        };
        let document = document.unwrap_or_default();
        let dict = PyDict::new(py);
        for field in fields_of(kind) {
            let value = document.get(&field.name).or(field.default.as_ref());
            let value = value.unwrap_or(&Value::Null);
            dict.set_item(&field.name, values::from_document(py, &field.kind, value)?)?;
        }
        Ok(dict)
    }

    /// The same with this name.
    fn named(&self, name: String) -> PyResult<Self> {
        let named = self.entry()?.clone().named(name);
        Ok(match self.0 {
            Kept::Data(_) => Spec::of_data(named),
            Kept::Code(_) => Spec::of_code(named),
        })
    }

    /// As it is written on the command line.
    fn __str__(&self) -> PyResult<String> {
        Ok(self.entry()?.to_string())
    }
}
