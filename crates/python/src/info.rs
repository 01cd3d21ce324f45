//! What is shown of connections and traffic: dictionaries, which Python makes its own classes of.

use std::net::SocketAddr;
use std::time::SystemTime;

use chaosgate::{ConnectionInfo, Event, Totals, Volume};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// An address as Python's sockets have it.
pub(crate) fn address(address: SocketAddr) -> (String, u16) {
    (address.ip().to_string(), address.port())
}

#[derive(IntoPyObject)]
pub(crate) struct VolumeFields {
    received: u64,
    segments: u64,
    sent: u64,
    dropped: u64,
    lost: u64,
}

impl From<Volume> for VolumeFields {
    fn from(Volume { received, segments, sent, dropped, lost }: Volume) -> Self {
        VolumeFields { received, segments, sent, dropped, lost }
    }
}

#[derive(IntoPyObject)]
pub(crate) struct ConnectionFields {
    number: u64,
    client: (String, u16),
    since: SystemTime,
    to_server: VolumeFields,
    to_client: VolumeFields,
    hits: u64,
}

impl From<ConnectionInfo> for ConnectionFields {
    fn from(info: ConnectionInfo) -> Self {
        ConnectionFields {
            number: info.number,
            client: address(info.client),
            since: info.since,
            to_server: info.to_server.into(),
            to_client: info.to_client.into(),
            hits: info.hits,
        }
    }
}

#[derive(IntoPyObject)]
pub(crate) struct TotalsFields {
    accepted: u64,
    connected: u64,
    dial_failures: u64,
    unreachable: u64,
    to_server: VolumeFields,
    to_client: VolumeFields,
}

impl From<Totals> for TotalsFields {
    fn from(totals: Totals) -> Self {
        TotalsFields {
            accepted: totals.accepted,
            connected: totals.connected,
            dial_failures: totals.dial_failures,
            unreachable: totals.unreachable,
            to_server: totals.to_server.into(),
            to_client: totals.to_client.into(),
        }
    }
}

/// An event as every interface writes it, with its line of a timeline as `text`.
pub(crate) fn event<'py>(py: Python<'py>, event: &Event) -> PyResult<Bound<'py, PyDict>> {
    let fields = pythonize::pythonize(py, event)?.cast_into::<PyDict>()?;
    fields.set_item("text", event.to_string())?;
    Ok(fields)
}
