//! What the value of a field can be.

use std::fmt::Display;
use std::time::Duration;

use chaosgate::units::{ByteSize, duration};
use serde::Deserialize;
use serde_json::Value;

use crate::reason::Reason;

pub(crate) fn text(value: &Value) -> Result<String, Reason> {
    let text = value.as_str().map(str::to_owned);
    text.ok_or_else(|| Reason::wrong(value, "a text"))
}

pub(crate) fn name(value: &Value) -> Result<String, Reason> {
    let name = text(value)?;
    if name.is_empty() { Err(Reason::wrong(value, "a text that is not empty")) } else { Ok(name) }
}

pub(crate) fn truth(value: &Value) -> Result<bool, Reason> {
    value.as_bool().ok_or_else(|| Reason::wrong(value, "true or false"))
}

pub(crate) fn seed(value: &Value) -> Result<u64, Reason> {
    value.as_u64().ok_or_else(|| Reason::wrong(value, "a whole number from 0 to 2^64 - 1"))
}

pub(crate) fn time(value: &Value) -> Result<Duration, Reason> {
    duration::deserialize(value).map_err(|error| Reason::Value(error.to_string()))
}

pub(crate) fn size(value: &Value) -> Result<ByteSize, Reason> {
    ByteSize::deserialize(value).map_err(|error| Reason::Value(error.to_string()))
}

/// One of `all` by the name that it is shown with.
pub(crate) fn one_of<T: Copy + Display>(all: &[T], value: &Value) -> Result<T, Reason> {
    let is_it = |one: &&T| value.as_str() == Some(&one.to_string());
    let found = all.iter().find(is_it).copied();
    found.ok_or_else(|| Reason::unknown(value, all.iter().map(T::to_string).collect()))
}
