//! A fault as data.

use chaosgate::{EntrySpec, SpecError, catalogue};
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
        let field = kind.and_then(|kind| kind.fields.iter().find(|field| field.name == name));
        let value = match name.as_str() {
            "for" => "duration",
            _ => field.map_or("", |field| &field.value),
        };
        object.insert(name, values::to_document(value, &given)?);
    }
    Ok(object)
}

#[pymethods]
impl Spec {
    /// The fault of this type with these fields.
    #[new]
    fn read(py: Python<'_>, type_name: &str, fields: &Bound<'_, PyDict>) -> PyResult<Self> {
        let entry = EntrySpec::from_object(document(type_name, fields)?);
        entry.map(Spec::of_data).map_err(|refused| error::spec(py, &refused))
    }

    /// Its fields as Python has them, without those that every entry has.
    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let fault = self.entry()?.fault();
        let dict = PyDict::new(py);
        let Some(kind) = catalogue::find(fault.type_name()) else { return Ok(dict) };
        let document = serde_json::to_value(fault).unwrap_or_default();
        for field in &kind.fields {
            let value = document.get(&field.name).unwrap_or(&Value::Null);
            dict.set_item(&field.name, values::from_document(py, field, value)?)?;
        }
        Ok(dict)
    }

    /// The name that it was given.
    #[getter]
    fn name(&self) -> PyResult<Option<&str>> {
        Ok(self.entry()?.name())
    }

    /// On which part of the connections it acts.
    #[getter]
    fn probability(&self) -> PyResult<f64> {
        Ok(self.entry()?.probability().get())
    }

    /// After how many seconds it ends by itself.
    #[getter]
    fn lasts(&self) -> PyResult<Option<f64>> {
        Ok(self.entry()?.lasts().map(|time| time.as_secs_f64()))
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
