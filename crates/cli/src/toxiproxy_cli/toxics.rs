//! What it does to toxics.

use serde_json::{Map, Value, json};
use ureq::http::Method;

use super::api::Api;
use super::arguments::{AddToxic, RemoveToxic, UpdateToxic, required};
use super::error::{CallError, Error};
use super::proxies::get;

pub(super) fn add(api: &Api, add: &AddToxic) -> Result<String, Error> {
    let proxy = add.of.name_for_toxic()?;
    let type_name = required("type", &add.type_name)?;
    let stream = match (add.upstream, add.downstream) {
        (true, true) => return Err(Error::BothStreams),
        (true, false) => "upstream",
        (false, _) => "downstream",
    };
    let toxic = json!({
        "name": add.name,
        "type": type_name,
        "stream": stream,
        "toxicity": toxicity(&add.toxicity)?,
        "attributes": attributes(&add.attribute),
    });
    get(api, proxy)?;
    let added = api.call(Method::POST, &["proxies", proxy, "toxics"], Some(&toxic));
    let added = added.map_err(CallError::of("Failed to add toxic: create"))?;
    let name = added["name"].as_str().unwrap_or(&add.name);
    Ok(format!("Added {stream} {type_name} toxic '{name}' on proxy '{proxy}'\n"))
}

pub(super) fn update(api: &Api, update: &UpdateToxic) -> Result<String, Error> {
    let proxy = update.of.name_for_toxic()?;
    let name = required("toxicName", &update.name)?;
    let change = json!({
        "toxicity": toxicity(&update.toxicity)?,
        "attributes": attributes(&update.attribute),
    });
    get(api, proxy)?;
    let updated = api.call(Method::POST, &["proxies", proxy, "toxics", name], Some(&change));
    updated.map_err(CallError::of("Failed to update toxic: update"))?;
    Ok(format!("Updated toxic '{name}' on proxy '{proxy}'\n"))
}

pub(super) fn remove(api: &Api, remove: &RemoveToxic) -> Result<String, Error> {
    let proxy = remove.of.name_for_toxic()?;
    let name = required("toxicName", &remove.name)?;
    get(api, proxy)?;
    let removed = api.call(Method::DELETE, &["proxies", proxy, "toxics", name], None);
    removed.map_err(CallError::of("Failed to remove toxic: delete"))?;
    Ok(format!("Removed toxic '{name}' on proxy '{proxy}'\n"))
}

fn toxicity(written: &str) -> Result<f64, Error> {
    let toxicity = written.parse().ok().filter(|toxicity| (0.0..=1.0).contains(toxicity));
    toxicity.ok_or(Error::Toxicity)
}

/// What reads as a number is one. What has no `=` is left out.
fn attributes(written: &[String]) -> Map<String, Value> {
    let parts = written.iter().filter_map(|attribute| attribute.split_once('='));
    parts.map(|(key, value)| (key.to_owned(), read(value))).collect()
}

fn read(value: &str) -> Value {
    let whole = value.parse::<i64>().map(Value::from);
    let number = whole.or_else(|_| value.parse::<f64>().map(Value::from));
    // A number that JSON has none for becomes null.
    number.ok().filter(|number| !number.is_null()).unwrap_or_else(|| Value::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_as_a_number_is_one() {
        let written = ["a=1", "b=-1.5", "c=x", "d=1=2", "e", "f=", "g=inf"].map(str::to_owned);
        let read = Value::Object(attributes(&written));
        let numbers = json!({ "a": 1, "b": -1.5, "c": "x", "d": "1=2", "f": "", "g": "inf" });
        assert_eq!(read, numbers);
    }

    #[test]
    fn a_toxicity_is_from_0_to_1() {
        for wrong in ["-0.1", "1.1", "x", "NaN", ""] {
            assert!(toxicity(wrong).is_err(), "{wrong}");
        }
        assert!(toxicity("0").is_ok() && toxicity("1.0").is_ok());
    }
}
