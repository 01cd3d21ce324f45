//! Which handler a route has.

use axum::routing::{MethodRouter, delete, get, post, put};
use chaosgate_api::{Operation, Route};

use super::{
    Native, accepting, connections, events, fault, faults, gate, gates, heal, health, seed, status,
    waits,
};

/// The handler of a route, for its method.
pub(super) fn of(route: &Route) -> MethodRouter<Native> {
    match route.operation {
        Operation::Health => get(health::health),
        Operation::Readiness => get(health::readiness),
        Operation::OpenApi => get(health::openapi),
        Operation::ListStatuses => get(status::list),
        Operation::HealGates => post(heal::all),
        Operation::ReadGates => get(gates::read),
        Operation::ReplaceGates => put(gates::replace),
        Operation::CreateGate => post(gates::create),
        Operation::ReadGate => get(gate::read),
        Operation::PutGate => put(gate::put),
        Operation::DeleteGate => delete(gate::remove),
        Operation::ReadStatus => get(status::read),
        Operation::HealGate => post(heal::one),
        Operation::ReadAccepting => get(accepting::read),
        Operation::PutAccepting => put(accepting::put),
        Operation::ReadSeed => get(seed::read),
        Operation::PutSeed => put(seed::put),
        Operation::ListConnections => get(waits::connections),
        Operation::CloseConnections => delete(connections::close_all),
        Operation::CloseConnection => delete(connections::close),
        Operation::ReadEvents => get(events::read),
        Operation::ReadFaults => get(faults::read),
        Operation::PutFaults => put(faults::put),
        Operation::AddFault => post(faults::add),
        Operation::ReadFault => get(fault::read),
        Operation::PutFault => put(fault::put),
        Operation::DeleteFault => delete(fault::remove),
        Operation::ReadHits => get(waits::hits),
    }
}
