//! The faults of a direction, and an entry of theirs.

use chaosgate::{EntryHandle, ListError};
use pyo3::prelude::*;

use crate::engine::{Inherited, runtime};
use crate::error;
use crate::spec::Spec;
use crate::values::Time;
use crate::wait::Wait;

/// The faults of one direction of a gate, or of both.
#[pyclass(frozen, module = "chaosgate._engine")]
pub(crate) struct Faults {
    faults: Inherited<chaosgate::Faults>,
}

impl Faults {
    pub(crate) fn new(faults: chaosgate::Faults) -> Self {
        Faults { faults: Inherited::new(faults) }
    }
}

#[pymethods]
impl Faults {
    /// Replaces all faults.
    #[expect(clippy::needless_pass_by_value, reason = "PyO3 gives no slice of references")]
    fn set(&self, py: Python<'_>, specs: Vec<PyRef<'_, Spec>>) -> PyResult<()> {
        let entries = specs.iter().map(|spec| spec.entry().cloned());
        let entries = entries.collect::<PyResult<Vec<_>>>()?;
        self.faults.get()?.set(entries).map_err(|refused| error::list(py, &refused))
    }

    /// Removes all faults.
    fn pass_(&self) -> PyResult<()> {
        self.faults.get()?.pass();
        Ok(())
    }

    /// Adds a fault behind the others.
    fn add(&self, py: Python<'_>, spec: &Spec) -> PyResult<Entry> {
        Entry::new(py, self.faults.get()?.add(spec.entry()?.clone()))
    }

    /// Puts another fault in the place of the one of this name.
    fn update(&self, py: Python<'_>, name: &str, spec: &Spec) -> PyResult<Entry> {
        Entry::new(py, self.faults.get()?.update(name, spec.entry()?.clone()))
    }

    /// Removes the fault of this name.
    fn remove(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        self.faults.get()?.remove(name).map_err(|refused| error::list(py, &refused))
    }

    /// The faults at work.
    fn list(&self) -> PyResult<Vec<Entry>> {
        let handles = self.faults.get()?.list();
        Ok(handles.into_iter().map(|entry| Entry { entry: Inherited::new(entry) }).collect())
    }
}

/// A fault in a list, at work.
#[pyclass(frozen, module = "chaosgate._engine")]
pub(crate) struct Entry {
    entry: Inherited<EntryHandle>,
}

impl Entry {
    fn new(py: Python<'_>, made: Result<EntryHandle, ListError>) -> PyResult<Self> {
        let entry = made.map_err(|refused| error::list(py, &refused))?;
        Ok(Entry { entry: Inherited::new(entry) })
    }
}

#[pymethods]
impl Entry {
    #[getter]
    fn name(&self) -> PyResult<&str> {
        Ok(self.entry.get()?.name())
    }

    /// How often it did something to real traffic since it was set.
    #[getter]
    fn hits(&self) -> PyResult<u64> {
        Ok(self.entry.get()?.hits())
    }

    /// How often what it waits for has matched since it was set.
    #[getter]
    fn matches(&self) -> PyResult<u64> {
        Ok(self.entry.get()?.matches())
    }

    /// How far it has come.
    #[getter]
    fn state(&self) -> PyResult<&'static str> {
        Ok(self.entry.get()?.state().as_str())
    }

    /// Whether it is in the list.
    #[getter]
    fn is_set(&self) -> PyResult<bool> {
        Ok(self.entry.get()?.is_set())
    }

    /// Adds the same fault again, as an entry of its own.
    fn add_again(&self, py: Python<'_>) -> PyResult<Entry> {
        Entry::new(py, self.entry.get()?.add_again())
    }

    /// Removes this very entry.
    fn remove(&self) -> PyResult<()> {
        self.entry.get()?.remove();
        Ok(())
    }

    /// Begins to wait until it has hit so many times since it was set.
    fn wait_for_hits(&self, wanted: u64, within: Time) -> PyResult<Wait> {
        let entry = self.entry.get()?.clone();
        Wait::begin(&runtime()?, async move {
            let met = entry.wait_for_hits(wanted, within.0).await;
            met.map_err(|error| Box::new(move |py: Python<'_>| error::wait(py, &error)) as _)
        })
    }

    /// As it is written on the command line, with its name.
    fn __str__(&self) -> PyResult<String> {
        let entry = self.entry.get()?;
        Ok(entry.spec().map(ToString::to_string).unwrap_or_default())
    }
}
