//! Reading a gate.

use std::time::Duration;

use chaosgate::units::ByteSize;
use chaosgate::{Accepting, AcceptingError, Builder, EntrySpec, How, Route, Tcp, Transport};
use serde_json::Value;

use crate::error::Problem;
use crate::fields::Fields;
use crate::gate_config::GateConfig;
use crate::place::Place;
use crate::protocol::Protocol;
use crate::reason::Reason;
use crate::{entries, value};

/// Reads a gate, and notes all that is wrong with it; a field that is wrong gets its default.
pub(crate) fn read(gate: &Place<'_>, problems: &mut Vec<Problem>) -> Option<GateConfig> {
    let mut fields = Fields::of("a gate", gate, problems)?;
    let config = read_fields(&mut fields);
    fields.end();
    Some(config)
}

/// The same, with a name beside the other fields.
pub(crate) fn read_with_name(
    gate: &Place<'_>,
    problems: &mut Vec<Problem>,
) -> Option<(String, GateConfig)> {
    let mut fields = Fields::of("a gate", gate, problems)?;
    let name = fields.need("name", r#""database""#);
    let name = name.and_then(|place| fields.read(&place, value::name));
    let config = read_fields(&mut fields);
    fields.end();
    Some((name.unwrap_or_default(), config))
}

fn read_fields(fields: &mut Fields<'_, '_>) -> GateConfig {
    let upstream = fields.need("upstream", r#""localhost:5432""#);
    let upstream = upstream.and_then(|place| fields.read(&place, upstream_of));
    let listen = fields.get("listen", listen_of);
    // `None` if it is wrong: then nothing else is wrong for it.
    let protocol = fields.get_or("protocol", Protocol::Tcp, |it| value::one_of(&Protocol::ALL, it));
    let transport = protocol.map(Protocol::transport);
    GateConfig {
        upstream: upstream.unwrap_or_default(),
        listen,
        protocol: protocol.unwrap_or_default(),
        seed: fields.get("seed", value::seed),
        to_server: faults(fields, "to_server", transport),
        to_client: faults(fields, "to_client", transport),
        accepting: fields.get("accepting", |it| accepting(transport, it)).unwrap_or_default(),
        on_dial_failure: fields.get("on_dial_failure", |it| {
            only_with(Protocol::Tcp, protocol, "on_dial_failure")?;
            value::one_of(&How::ALL, it)
        }),
        idle: fields.get("idle", |it| {
            only_with(Protocol::Udp, protocol, "idle")?;
            idle(it)
        }),
        buffer: fields.get("buffer", buffer),
        buffer_total: fields.get("buffer_total", value::size),
        enabled: fields.get("enabled", value::truth).unwrap_or(true),
    }
}

fn upstream_of(value: &Value) -> Result<String, Reason> {
    let upstream = value::text(value)?;
    Route::check_upstream(&upstream)?;
    Ok(upstream)
}

fn listen_of(value: &Value) -> Result<String, Reason> {
    let listen = value::text(value)?;
    Route::check_listen(&listen)?;
    Ok(listen)
}

fn faults(
    fields: &mut Fields<'_, '_>,
    name: &'static str,
    transport: Option<Transport>,
) -> Vec<EntrySpec> {
    let list = fields.find(name);
    list.map(|list| entries::read(&list, transport, fields.problems)).unwrap_or_default()
}

pub(crate) fn accepting(transport: Option<Transport>, value: &Value) -> Result<Accepting, Reason> {
    let to = value::one_of(&Accepting::ALL, value)?;
    if transport.is_none_or(|transport| to.suits(transport)) {
        Ok(to)
    } else {
        Err(AcceptingError::Unsuitable { from: Accepting::default(), to }.into())
    }
}

/// Whether the gate's protocol, if that is known, is the one that has this field.
fn only_with(
    only: Protocol,
    protocol: Option<Protocol>,
    field: &'static str,
) -> Result<(), Reason> {
    match protocol {
        Some(protocol) if protocol != only => Err(Reason::Unsuitable { field, protocol, only }),
        _ => Ok(()),
    }
}

fn idle(value: &Value) -> Result<Duration, Reason> {
    let idle = value::time(value)?;
    Builder::check_idle(idle)?;
    Ok(idle)
}

fn buffer(value: &Value) -> Result<ByteSize, Reason> {
    let least = ByteSize::new(Builder::<Tcp>::LEAST_BUFFER as u64);
    match value::size(value)? {
        size if size < least => Err(Reason::wrong(value, format!("at least {least}"))),
        size => Ok(size),
    }
}
