//! What it says of proxies: for a reader on a terminal with a heading, for a program in columns that
//! tabs part.

use std::fmt::Write;
use std::io::{self, IsTerminal};

use serde_json::{Value, json};
use ureq::http::Method;

use super::api::Api;
use super::arguments::{Create, required};
use super::error::{CallError, Error};
use crate::output::{STRONG, styled};

pub(super) fn list(api: &Api) -> Result<String, Error> {
    let all = api.call(Method::GET, &["proxies"], None);
    let all = all.map_err(CallError::of("Failed to retrieve proxies"))?;
    let mut proxies: Vec<_> = all.as_object().into_iter().flatten().collect();
    proxies.sort_by_key(|(name, _)| *name);
    let mut said = heading("Name\tListen\tUpstream\tEnabled\tToxics");
    for (name, proxy) in proxies {
        let state = if proxy["enabled"] == true { "enabled" } else { "disabled" };
        let toxics = proxy["toxics"].as_array().map_or(0, Vec::len);
        let (listen, upstream) = (shown(&proxy["listen"]), shown(&proxy["upstream"]));
        let _ = writeln!(said, "{name}\t{listen}\t{upstream}\t{state}\t{toxics}");
    }
    Ok(said)
}

pub(super) fn inspect(api: &Api, name: &str) -> Result<String, Error> {
    let proxy = get(api, name)?;
    let mut said = heading("Name\tType\tStream\tToxicity\tAttributes");
    for toxic in proxy["toxics"].as_array().into_iter().flatten() {
        let [name, type_name, stream] =
            ["name", "type", "stream"].map(|field| shown(&toxic[field]));
        let toxicity = toxic["toxicity"].as_f64().unwrap_or_default();
        let _ = write!(
            said,
            "{name}\ttype={type_name}\tstream={stream}\ttoxicity={toxicity:.2}\tattributes=["
        );
        let mut attributes: Vec<_> =
            toxic["attributes"].as_object().into_iter().flatten().collect();
        attributes.sort_by_key(|(key, _)| *key);
        for (key, value) in attributes {
            let _ = write!(said, "\t{key}={}", shown(value));
        }
        said.push_str("\t]\n");
    }
    Ok(said)
}

pub(super) fn create(api: &Api, create: &Create) -> Result<String, Error> {
    let name = create.of.name()?;
    let listen = required("listen", &create.listen)?;
    let upstream = required("upstream", &create.upstream)?;
    let proxy = json!({ "name": name, "listen": listen, "upstream": upstream, "enabled": true });
    let created = api.call(Method::POST, &["proxies"], Some(&proxy));
    created.map_err(CallError::of("Failed to create proxy: create"))?;
    Ok(format!("Created new proxy {name}\n"))
}

pub(super) fn toggle(api: &Api, name: &str) -> Result<String, Error> {
    let proxy = get(api, name)?;
    let enabled = proxy["enabled"] != true;
    let change = json!({ "enabled": enabled });
    let changed = api.call(Method::POST, &["proxies", name], Some(&change));
    changed.map_err(CallError::of(format!("Failed to toggle proxy {name}")))?;
    Ok(format!("Proxy {name} is now {}\n", if enabled { "enabled" } else { "disabled" }))
}

pub(super) fn delete(api: &Api, name: &str) -> Result<String, Error> {
    get(api, name)?;
    let deleted = api.call(Method::DELETE, &["proxies", name], None);
    deleted.map_err(CallError::of("Failed to delete proxy: delete"))?;
    Ok(format!("Deleted proxy {name}\n"))
}

/// The proxy of this name.
pub(super) fn get(api: &Api, name: &str) -> Result<Value, Error> {
    let proxy = api.call(Method::GET, &["proxies", name], None);
    proxy.map_err(CallError::of(format!("Failed to retrieve proxy {name}")))
}

/// What somebody wants to see above columns, and a program does not.
fn heading(columns: &str) -> String {
    if io::stdout().is_terminal() { styled(STRONG, columns) + "\n" } else { String::new() }
}

/// A text without its quotes.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
