//! Values with units, between Python and the documents that the engine reads.

use std::time::Duration;

use chaosgate::catalogue::ValueKind;
use chaosgate::units::{ByteRate, ByteSize, duration};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDelta, PyDeltaAccess, PyFloat, PyInt, PyString};
use serde_json::Value;

use crate::error;

/// A time as Python gives it: seconds, a `timedelta`, or a text such as `"100ms"`.
#[derive(Clone, Copy)]
pub(crate) struct Time(pub(crate) Duration);

impl<'py> FromPyObject<'_, 'py> for Time {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let text = time_as_text(&given)?.ok_or_else(|| no_time(&given))?;
        duration::parse(&text).map(Time).map_err(|refused| error::option(given.py(), &refused))
    }
}

fn no_time(given: &Bound<'_, PyAny>) -> PyErr {
    let reason = match given.get_type().name() {
        Ok(name) => {
            format!("a time is seconds, a timedelta or a text such as \"100ms\", not {name}")
        }
        Err(error) => return error,
    };
    PyTypeError::new_err(reason)
}

/// A time in seconds.
#[pyfunction]
pub(crate) fn seconds(time: Time) -> f64 {
    time.0.as_secs_f64()
}

/// A time as the engine reads it; `None` if it is none. What is out of bounds stays so, to be refused
/// with the bounds.
fn time_as_text(given: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    if let Ok(text) = given.cast::<PyString>() {
        return Ok(Some(text.to_str()?.to_owned()));
    }
    if let Ok(delta) = given.cast::<PyDelta>() {
        let whole = i128::from(delta.get_days()) * 86_400 + i128::from(delta.get_seconds());
        return Ok(Some(format!("{}us", whole * 1_000_000 + i128::from(delta.get_microseconds()))));
    }
    if !is_number(given) {
        return Ok(None);
    }
    // An int may be too large for a float, and is refused with its bounds then.
    Ok(Some(given.extract().map_or_else(|_| format!("{given}s"), seconds_as_text)))
}

/// To a nanosecond: what comes of calculations with floats is seldom exact.
fn seconds_as_text(seconds: f64) -> String {
    if (0.0..=duration::MAX.as_secs_f64()).contains(&seconds) {
        format!("{}ns", (seconds * 1e9).round())
    } else {
        format!("{seconds}s")
    }
}

/// A pattern over bytes, whose own bytes beyond ASCII are written as the syntax has them.
fn pattern_as_text(pattern: &[u8]) -> String {
    let byte = |byte: &u8| match byte {
        b' '..=b'~' => char::from(*byte).to_string(),
        other => format!("\\x{other:02X}"),
    };
    pattern.iter().map(byte).collect()
}

/// What is true or false is no number, though Python says so.
fn is_number(given: &Bound<'_, PyAny>) -> bool {
    let is_number = given.is_instance_of::<PyFloat>() || given.is_instance_of::<PyInt>();
    is_number && !given.is_instance_of::<PyBool>()
}

/// The value of a fault's field as a document has it; the kind of one that there is not is `None`.
pub(crate) fn to_document(kind: Option<&ValueKind>, given: &Bound<'_, PyAny>) -> PyResult<Value> {
    match kind {
        Some(ValueKind::Duration { .. }) => {
            if let Some(text) = time_as_text(given)? {
                return Ok(text.into());
            }
        }
        Some(ValueKind::Pattern) => {
            if let Ok(bytes) = given.cast::<PyBytes>() {
                return Ok(pattern_as_text(bytes.as_bytes()).into());
            }
        }
        // In bytes per second.
        Some(ValueKind::ByteRate { .. }) if is_number(given) => {
            return Ok(format!("{given}B/s").into());
        }
        _ => {}
    }
    // What no document can have is refused by its text, with the bounds. JSON makes null of a number that
    // is none or infinite, which would be the default.
    let is_endless = given.cast::<PyFloat>().is_ok_and(|number| !number.value().is_finite());
    if is_endless {
        return Ok(given.repr()?.to_str()?.into());
    }
    pythonize::depythonize(given).or_else(|_| Ok(given.repr()?.to_str()?.into()))
}

/// The value of a fault's field as Python has it: a time in seconds, a size in bytes, a rate in bytes
/// per second.
pub(crate) fn from_document<'py>(
    py: Python<'py>,
    kind: &ValueKind,
    value: &Value,
) -> PyResult<Bound<'py, PyAny>> {
    let text = value.as_str().unwrap_or_default();
    let number = match kind {
        ValueKind::Duration { .. } => duration::parse(text).ok().map(|time| time.as_secs_f64()),
        ValueKind::ByteRate { .. } => text.parse().ok().map(ByteRate::bytes_per_second),
        ValueKind::Ratio { .. } => value.as_f64(),
        ValueKind::ByteSize { .. } => {
            if let Ok(size) = text.parse::<ByteSize>() {
                return Ok(size.get().into_pyobject(py)?.into_any());
            }
            None
        }
        _ => None,
    };
    match number {
        Some(number) => Ok(PyFloat::new(py, number).into_any()),
        None => pythonize::pythonize(py, value).map_err(PyErr::from),
    }
}
