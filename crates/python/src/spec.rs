//! A fault as data.

use chaosgate::{EntrySpec, catalogue};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde_json::{Map, Value};

use crate::engine::Inherited;
use crate::error;
use crate::values;

/// A fault with all that its entry has beside it: comparable, printable, and checked when it is made.
#[pyclass(frozen, module = "chaosgate._engine")]
pub(crate) struct Spec {
    /// What a custom fault asks is a thread of this process.
    entry: Inherited<EntrySpec>,
}

impl Spec {
    pub(crate) fn new(entry: EntrySpec) -> Self {
        Spec { entry: Inherited::new(entry) }
    }

    pub(crate) fn entry(&self) -> PyResult<EntrySpec> {
        self.entry.get().cloned()
    }
}

/// What kind of value a field takes that every entry has.
fn kind_of_own(field: &str) -> Option<&'static str> {
    match field {
        "name" => Some("name"),
        "probability" => Some("ratio"),
        "for" => Some("duration"),
        _ => None,
    }
}

#[pymethods]
impl Spec {
    /// The fault of this type with these fields; `None` is as good as absent.
    #[new]
    fn read(py: Python<'_>, type_name: &str, fields: &Bound<'_, PyDict>) -> PyResult<Self> {
        let kind = catalogue::find(type_name);
        let mut object = Map::new();
        object.insert("type".to_owned(), type_name.into());
        for (name, given) in fields {
            let name: String = name.extract()?;
            if given.is_none() {
                continue;
            }
            let field = kind.and_then(|kind| kind.fields.iter().find(|field| field.name == name));
            let value = field.map(|field| field.value.as_str()).or_else(|| kind_of_own(&name));
            object.insert(name, values::to_document(value.unwrap_or_default(), &given)?);
        }
        EntrySpec::from_object(object).map(Spec::new).map_err(|refused| error::spec(py, &refused))
    }

    /// Its fields as Python has them, without those that every entry has.
    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let fault = self.entry.get()?.fault();
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
        Ok(self.entry.get()?.name())
    }

    /// On which part of the connections it acts.
    #[getter]
    fn probability(&self) -> PyResult<f64> {
        Ok(self.entry.get()?.probability().get())
    }

    /// After how many seconds it ends by itself.
    #[getter]
    fn lasts(&self) -> PyResult<Option<f64>> {
        Ok(self.entry.get()?.lasts().map(|time| time.as_secs_f64()))
    }

    /// The same with this name.
    fn named(&self, name: String) -> PyResult<Self> {
        Ok(Spec::new(self.entry()?.named(name)))
    }

    /// As it is written on the command line.
    fn __str__(&self) -> PyResult<String> {
        Ok(self.entry.get()?.to_string())
    }
}
