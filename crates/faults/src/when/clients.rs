//! Which clients are meant, by their address: `10.0.0.0/8`, `10.0.0.1`, or a port.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use ipnet::IpNet;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Value;

use crate::units::KIND;

/// Which clients are meant: those of a network, of one address, or with one port.
///
/// It is written `"10.0.0.0/8"`, `"10.0.0.1"`, or as the port `40000`. An IPv4 address that comes over IPv6
/// (`::ffff:10.0.0.1`) is that IPv4 address.
///
/// ```
/// use chaosgate_faults::Clients;
///
/// let clients: Clients = "10.0.0.0/8".parse()?;
/// assert!(clients.has("10.1.2.3:40000".parse()?) && !clients.has("192.0.2.1:40000".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Clients(By);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum By {
    Network(IpNet),
    Port(u16),
}

/// That a text names no clients.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} is no client: it must be a network such as \"10.0.0.0/8\", an address, or a port from 1 to 65535"
)]
pub struct NoClients(String);

impl Clients {
    /// One, as a person may write it.
    pub const EXAMPLE: &'static str = "10.0.0.0/8";

    /// Whether the one at this address is meant.
    pub fn has(&self, client: SocketAddr) -> bool {
        match self.0 {
            By::Network(network) => network.contains(&client.ip().to_canonical()),
            By::Port(port) => client.port() == port,
        }
    }

    fn read(written: &Value) -> Result<Self, NoClients> {
        let by = match written {
            Value::String(text) => By::parse(text.trim()),
            other => other.as_u64().and_then(|port| By::parse(&port.to_string())),
        };
        by.map(Clients).ok_or_else(|| NoClients(written.to_string()))
    }
}

impl By {
    fn parse(text: &str) -> Option<Self> {
        if let Ok(port) = text.parse() {
            return (port > 0).then_some(By::Port(port));
        }
        let alone = text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
        alone.or_else(|_| text.parse()).ok().map(By::Network)
    }
}

impl FromStr for Clients {
    type Err = NoClients;

    fn from_str(text: &str) -> Result<Self, NoClients> {
        Clients::read(&text.into())
    }
}

impl fmt::Display for Clients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            By::Network(network) if network.prefix_len() == network.max_prefix_len() => {
                network.addr().fmt(f)
            }
            By::Network(network) => network.fmt(f),
            By::Port(port) => port.fmt(f),
        }
    }
}

impl Serialize for Clients {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Clients {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Clients::read(&Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for Clients {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Clients".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Which clients: those of a network, of one address, or with one port.",
            "type": ["integer", "string"],
            "minimum": 1,
            "maximum": u16::MAX,
            "examples": [Clients::EXAMPLE, "192.0.2.1", 40000],
            (KIND): { "type": "clients" },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(text: &str, client: &str) -> bool {
        text.parse::<Clients>().expect(text).has(client.parse().expect(client))
    }

    #[test]
    fn a_client_is_known_by_its_network_its_address_or_its_port() {
        assert!(has("10.0.0.0/8", "10.9.9.9:1") && !has("10.0.0.0/8", "11.0.0.1:1"));
        assert!(has("192.0.2.1", "192.0.2.1:7") && !has("192.0.2.1", "192.0.2.2:7"));
        assert!(has("7", "192.0.2.1:7") && !has("7", "192.0.2.1:8"));
        assert!(has("2001:db8::/32", "[2001:db8::1]:7") && !has("2001:db8::/32", "[::1]:7"));
    }

    #[test]
    fn an_ipv4_address_over_ipv6_is_that_ipv4_address() {
        assert!(has("10.0.0.0/8", "[::ffff:10.0.0.1]:7") && has("::ffff:10.0.0.1", "10.0.0.1:7"));
    }

    #[test]
    fn it_is_written_as_it_was_read() {
        for written in ["10.0.0.0/8", "10.0.0.1", "2001:db8::/32", "::1", "40000"] {
            assert_eq!(written.parse::<Clients>().expect(written).to_string(), written);
        }
    }

    #[test]
    fn what_names_no_client_is_refused_with_what_it_may_be() {
        let message = "\"everybody\" is no client: it must be a network such as \"10.0.0.0/8\", an address, or a port from 1 to 65535";
        assert_eq!("everybody".parse::<Clients>().unwrap_err().to_string(), message);
        for text in ["", "0", "65536", "10.0.0.0/33", "10.0.0.1:80", "-1"] {
            assert!(text.parse::<Clients>().is_err(), "{text}");
        }
    }
}
