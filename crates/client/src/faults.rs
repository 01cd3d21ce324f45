//! Calls that concern the faults of a direction.

use chaosgate::{Direction, EntrySpec};
use chaosgate_api::{Fault, FaultList, Operation};

use crate::client::{Call, Client};
use crate::error::Error;

/// The faults of a direction. Each that is given back has its name.
#[expect(clippy::missing_errors_doc, reason = "`Error` tells it for all")]
impl Client {
    /// All of them, in the order in which traffic meets them.
    pub fn faults(&self, gate: &str, direction: Direction) -> Result<Vec<EntrySpec>, Error> {
        let names = [gate, direction.as_str()];
        let list: FaultList = self.call(&Call::of(Operation::ReadFaults, &names))?;
        Ok(list.0)
    }

    /// Replaces all of them; those that are the same as before go on.
    pub fn set_faults(
        &self,
        gate: &str,
        direction: Direction,
        faults: Vec<EntrySpec>,
    ) -> Result<Vec<EntrySpec>, Error> {
        let names = [gate, direction.as_str()];
        let call = Call::of(Operation::PutFaults, &names);
        let list: FaultList = self.call(&call.with(&FaultList(faults))?)?;
        Ok(list.0)
    }

    /// Adds one behind the others.
    pub fn add_fault(
        &self,
        gate: &str,
        direction: Direction,
        fault: impl Into<EntrySpec>,
    ) -> Result<EntrySpec, Error> {
        let names = [gate, direction.as_str()];
        let call = Call::of(Operation::AddFault, &names);
        let added: Fault = self.call(&call.with(&Fault(fault.into()))?)?;
        Ok(added.0)
    }

    /// That of this name.
    pub fn fault(&self, gate: &str, direction: Direction, name: &str) -> Result<EntrySpec, Error> {
        let names = [gate, direction.as_str(), name];
        let fault: Fault = self.call(&Call::of(Operation::ReadFault, &names))?;
        Ok(fault.0)
    }

    /// Puts one in the place of that of this name, or behind all others.
    pub fn put_fault(
        &self,
        gate: &str,
        direction: Direction,
        name: &str,
        fault: impl Into<EntrySpec>,
    ) -> Result<EntrySpec, Error> {
        let names = [gate, direction.as_str(), name];
        let call = Call::of(Operation::PutFault, &names);
        let put: Fault = self.call(&call.with(&Fault(fault.into()))?)?;
        Ok(put.0)
    }

    /// Removes that of this name; what it held goes on at once.
    pub fn remove_fault(&self, gate: &str, direction: Direction, name: &str) -> Result<(), Error> {
        let names = [gate, direction.as_str(), name];
        self.call(&Call::of(Operation::DeleteFault, &names))
    }
}
