//! Calls that concern gates as a whole.

use chaosgate::{Accepting, How};
use chaosgate_api::{Closed, GateStatus, Operation, Parameter, Statuses};
use chaosgate_config::{Config, GateConfig};
use serde_json::{Value, json};
use ureq::http::header::ETAG;

use crate::client::{Call, Client};
use crate::error::Error;

/// What a document was when it was read, to replace it only if it still is that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag(String);

/// Gates.
#[expect(clippy::missing_errors_doc, reason = "`Error` tells it for all")]
impl Client {
    /// All gates as they are seen.
    pub fn statuses(&self) -> Result<Statuses, Error> {
        self.call(&Call::of(Operation::ListStatuses, &[]))
    }

    /// A gate as it is seen.
    pub fn status(&self, gate: &str) -> Result<GateStatus, Error> {
        self.call(&Call::of(Operation::ReadStatus, &[gate]))
    }

    /// All gates as a configuration, and the tag by which that is known.
    pub fn gates(&self) -> Result<(Config, Tag), Error> {
        let mut answer = self.send(&Call::of(Operation::ReadGates, &[]))?;
        let tag = answer.headers().get(ETAG).and_then(|tag| tag.to_str().ok());
        let tag = Tag(tag.unwrap_or("*").to_owned());
        Ok((self.read(&mut answer)?, tag))
    }

    /// Brings about a configuration as a whole: gates that it does not name go. With a tag it is refused as `changed` if
    /// the gates are others by now.
    pub fn replace_gates(
        &self,
        config: &Config,
        if_match: Option<&Tag>,
    ) -> Result<Statuses, Error> {
        let call = Call::of(Operation::ReplaceGates, &[]);
        self.call(&call.if_match(if_match.map(|tag| tag.0.as_str())).with(config)?)
    }

    /// A new gate of this name.
    pub fn create_gate(&self, name: &str, gate: &GateConfig) -> Result<GateStatus, Error> {
        let mut body = json!({ "name": name });
        let fields = serde_json::to_value(gate).map_err(|error| Error::Body(error.to_string()))?;
        if let (Value::Object(body), Value::Object(fields)) = (&mut body, fields) {
            body.extend(fields);
        }
        self.call(&Call::of(Operation::CreateGate, &[]).with(&body)?)
    }

    /// A gate as in a configuration.
    pub fn gate(&self, name: &str) -> Result<GateConfig, Error> {
        self.call(&Call::of(Operation::ReadGate, &[name]))
    }

    /// Makes a gate, or makes it this: its connections stay if it can stay, and no other gate changes.
    pub fn put_gate(&self, name: &str, gate: &GateConfig) -> Result<GateStatus, Error> {
        self.call(&Call::of(Operation::PutGate, &[name]).with(gate)?)
    }

    /// Closes a gate's connections, and removes it.
    pub fn remove_gate(&self, name: &str) -> Result<(), Error> {
        self.call(&Call::of(Operation::DeleteGate, &[name]))
    }

    /// Heals a gate: no faults, and new clients are accepted.
    pub fn heal_gate(&self, name: &str) -> Result<(), Error> {
        self.call(&Call::of(Operation::HealGate, &[name]))
    }

    /// Heals all gates.
    pub fn heal_gates(&self) -> Result<(), Error> {
        self.call(&Call::of(Operation::HealGates, &[]))
    }

    /// How a gate takes new clients.
    pub fn accepting(&self, gate: &str) -> Result<Accepting, Error> {
        self.call(&Call::of(Operation::ReadAccepting, &[gate]))
    }

    /// Has a gate take new clients in another way.
    pub fn set_accepting(&self, gate: &str, accepting: Accepting) -> Result<Accepting, Error> {
        self.call(&Call::of(Operation::PutAccepting, &[gate]).with(&accepting)?)
    }

    /// The seed from which a gate draws for what is set from now on.
    pub fn seed(&self, gate: &str) -> Result<u64, Error> {
        self.call(&Call::of(Operation::ReadSeed, &[gate]))
    }

    /// Begins a series of draws with this seed.
    pub fn set_seed(&self, gate: &str, seed: u64) -> Result<u64, Error> {
        self.call(&Call::of(Operation::PutSeed, &[gate]).with(&seed)?)
    }

    /// Closes all connections of a gate, and tells how many those were.
    pub fn close_connections(&self, gate: &str, how: How) -> Result<usize, Error> {
        let call = Call::of(Operation::CloseConnections, &[gate]);
        let closed: Closed = self.call(&call.asking(Parameter::How, how))?;
        Ok(closed.closed)
    }

    /// Closes the connection of this number.
    pub fn close_connection(&self, gate: &str, number: u64, how: How) -> Result<(), Error> {
        let number = number.to_string();
        let names = [gate, &number];
        let call = Call::of(Operation::CloseConnection, &names);
        self.call(&call.asking(Parameter::How, how))
    }
}
