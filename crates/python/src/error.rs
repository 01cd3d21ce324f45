//! Errors as exceptions. Their classes are Python's, in `chaosgate/_errors.py`.

use std::io;
use std::time::Duration;

use chaosgate::{AcceptingError, ListError, SpecError, StartError, WaitError};
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict};

/// The exception of this class with this message and these attributes.
fn exception<'py>(
    py: Python<'py>,
    class: &str,
    message: &impl ToString,
    attributes: PyResult<Bound<'py, PyDict>>,
) -> PyErr {
    let make = || {
        let class = py.import("chaosgate._errors")?.getattr(class)?;
        class.call((message.to_string(),), Some(&attributes?)).map(PyErr::from_value)
    };
    make().unwrap_or_else(|error| error)
}

/// That something belongs to a process which has been forked since.
pub(crate) fn forked(process: u32) -> PyErr {
    let own = std::process::id();
    let message = format!(
        "it belongs to process {process}, and this is process {own}, forked from it: \
         a gate works only in the process that has made it"
    );
    Python::attach(|py| {
        exception(py, "ForkedError", &message, [("process", process)].into_py_dict(py))
    })
}

/// That a fault is described wrongly.
pub(crate) fn spec(py: Python<'_>, error: &SpecError) -> PyErr {
    let (fault, field, reason) = match error {
        SpecError::UnknownFault { name, known } => (name, None, known),
        SpecError::UnknownField { fault, field, known } => (fault, Some(field), known),
        SpecError::MissingField { fault, field, example } => (fault, Some(field), example),
        SpecError::BadValue { fault, field, reason } => (fault, Some(field), reason),
        SpecError::Syntax { text, reason } => (text, None, reason),
        // One that is newer than this.
        _ => return exception(py, "FaultError", error, Ok(PyDict::new(py))),
    };
    // As its parameter is called in Python, where "for" is no name.
    let field = field.map(|field| if field == "for" { "for_" } else { field.as_str() });
    let attributes = [("fault", Some(fault.as_str())), ("field", field), ("reason", Some(reason))];
    exception(py, "FaultError", error, attributes.into_py_dict(py))
}

/// That a list of faults cannot be changed so.
pub(crate) fn list(py: Python<'_>, error: &ListError) -> PyErr {
    let (class, attributes) = match error {
        ListError::NameTaken { name } => ("NameTakenError", [("name", name.as_str())]),
        ListError::NoSuchName { name, .. } => ("NoSuchFaultError", [("name", name.as_str())]),
        ListError::Unsuitable { reason, .. } => ("UnsuitableFaultError", [("reason", *reason)]),
        // One that is newer than this.
        _ => return exception(py, "ChaosgateError", error, Ok(PyDict::new(py))),
    };
    exception(py, class, error, attributes.into_py_dict(py))
}

/// That a gate cannot start.
pub(crate) fn start(py: Python<'_>, error: &StartError) -> PyErr {
    let (class, address, cause) = match error {
        StartError::Address { address, .. } => ("AddressError", address.clone(), None),
        StartError::Url { meant, .. } => ("AddressError", meant.clone(), None),
        StartError::RouteToItself { upstream, .. } => ("AddressError", upstream.clone(), None),
        StartError::Resolve { listen, source } | StartError::Listen { listen, source } => {
            ("StartError", listen.clone(), Some(source))
        }
        StartError::Timeout { address, .. } => ("StartError", address.to_string(), None),
        StartError::Idle { .. } => {
            return exception(py, "OptionError", error, [("field", "idle")].into_py_dict(py));
        }
        _ => return exception(py, "StartError", error, Ok(PyDict::new(py))),
    };
    system(py, class, error, &address, cause)
}

/// That a gate cannot take clients so.
pub(crate) fn accepting(py: Python<'_>, error: &AcceptingError) -> PyErr {
    let (address, cause) = match error {
        AcceptingError::Listen { address, source, .. }
        | AcceptingError::Socket { address, source, .. } => (address, Some(source)),
        AcceptingError::Timeout { address, .. } => (address, None),
        _ => return exception(py, "AcceptingError", error, Ok(PyDict::new(py))),
    };
    system(py, "AcceptingError", error, &address.to_string(), cause)
}

/// What the system refused at an address, with its error number if it gave one.
fn system(
    py: Python<'_>,
    class: &str,
    error: &impl ToString,
    address: &str,
    cause: Option<&io::Error>,
) -> PyErr {
    let attributes = [("address", address)].into_py_dict(py).and_then(|attributes| {
        attributes.set_item("errno", cause.and_then(io::Error::raw_os_error))?;
        Ok(attributes)
    });
    exception(py, class, error, attributes)
}

/// That a wait was over before what it waited for.
pub(crate) fn wait(py: Python<'_>, error: &WaitError) -> PyErr {
    let (wanted, got, within) = match error {
        WaitError::Hits { wanted, got, within, .. } => (*wanted, *got, within),
        WaitError::Connections { wanted, got, within } => (*wanted as u64, *got as u64, within),
        WaitError::ConnectionsLeft { left, within } => (0, *left as u64, within),
        // One that is newer than this.
        _ => return exception(py, "WaitError", error, Ok(PyDict::new(py))),
    };
    let attributes = [("wanted", wanted), ("got", got)].into_py_dict(py).and_then(|attributes| {
        attributes.set_item("within", within.as_secs_f64())?;
        Ok(attributes)
    });
    exception(py, "WaitError", error, attributes)
}

/// A value that is out of its bounds.
pub(crate) fn option(py: Python<'_>, error: &impl ToString) -> PyErr {
    exception(py, "OptionError", error, Ok(PyDict::new(py)))
}

/// That sockets of a stopped gate are still open.
pub(crate) fn still_open(py: Python<'_>, within: Duration) -> PyErr {
    let attributes = [("within", within.as_secs_f64())].into_py_dict(py);
    exception(py, "WaitError", &format!("sockets are still open after {within:?}"), attributes)
}
