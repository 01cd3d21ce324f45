//! All routes.

use chaosgate::{Accepting, ConnectionInfo, EntrySpec, Event};
use chaosgate_config::{Config, GateConfig};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use crate::content::{Content, schema_of};
use crate::forms::{Closed, FaultList, Hits};
use crate::parameter::Parameter;
use crate::route::{Method, Operation, Route};
use crate::status::{GateStatus, Statuses};

const GATES: &str = "/api/v1/gates";
const GATE: &str = "/api/v1/gates/{gate}";
const ACCEPTING: &str = "/api/v1/gates/{gate}/accepting";
const SEED: &str = "/api/v1/gates/{gate}/seed";
const CONNECTIONS: &str = "/api/v1/gates/{gate}/connections";
const CONNECTION: &str = "/api/v1/gates/{gate}/connections/{number}";
const FAULTS: &str = "/api/v1/gates/{gate}/{direction}";
const FAULT: &str = "/api/v1/gates/{gate}/{direction}/{fault}";
const HITS: &str = "/api/v1/gates/{gate}/{direction}/{fault}/hits";

const STATUS: Content = Content::json::<GateStatus>();
const CONFIG: Content = Content::json::<GateConfig>();
const LIST: Content = Content::json::<FaultList>();
const ENTRY: Content = Content::json::<EntrySpec>();
const WAY: Content = Content::json::<Accepting>();
const NUMBER: Content = Content::json::<u64>();

/// Cannot be, as things are: somebody else has the name or the port, or what is there is in the way.
const CONFLICT: u16 = 409;
/// Is written right, and cannot be on this machine.
const UNPROCESSABLE: u16 = 422;
/// The server is ending.
const ENDING: u16 = 503;

#[rustfmt::skip]
const ROUTES: [Route; 28] = {
    use Method::{Delete, Get, Post, Put};
    use Operation as Op;
    [
    Route::new(Op::Health, Get, "/healthz", "Whether the server answers")
        .gives(&[200], Content::Text),
    Route::new(Op::Readiness, Get, "/readyz", "Whether the server takes gates: not when it is ending")
        .gives(&[200], Content::Text).refuses(&[ENDING]),
    Route::new(Op::OpenApi, Get, "/api/v1/openapi.json", "This document")
        .gives(&[200], Content::json::<Value>()),
    Route::new(Op::ListStatuses, Get, "/api/v1/status", "All gates as they are seen")
        .gives(&[200], Content::json::<Statuses>()),
    Route::new(Op::HealGates, Post, "/api/v1/heal",
        "Heals all gates: no faults, and new clients are accepted")
        .gives(&[204], Content::Nothing).refuses(&[CONFLICT]),

    Route::new(Op::ReadGates, Get, GATES, "All gates, as a configuration")
        .gives(&[200], Content::json::<Config>()).tagged(),
    Route::new(Op::ReplaceGates, Put, GATES,
        "Brings about a configuration as a whole, or nothing of it: gates that it does not name go, and \
         those that can stay keep their connections")
        .takes(Content::Document(schema_of::<Config>))
        .gives(&[200], Content::json::<Statuses>()).tagged()
        .refuses(&[CONFLICT, UNPROCESSABLE, ENDING]),
    Route::new(Op::CreateGate, Post, GATES, "A new gate: its fields, and its name beside them")
        .takes(Content::Json(named_gate))
        .gives(&[201], STATUS).refuses(&[CONFLICT, UNPROCESSABLE, ENDING]),
    Route::new(Op::ReadGate, Get, GATE, "A gate, as in a configuration")
        .gives(&[200], CONFIG).tagged(),
    Route::new(Op::PutGate, Put, GATE,
        "Makes a gate, or makes it this: its connections stay if it can stay, and no other gate changes")
        .takes(CONFIG).gives(&[200, 201], STATUS).tagged()
        .refuses(&[CONFLICT, UNPROCESSABLE, ENDING]),
    Route::new(Op::DeleteGate, Delete, GATE, "Closes a gate's connections, and removes it")
        .gives(&[204], Content::Nothing).tagged(),
    Route::new(Op::ReadStatus, Get, "/api/v1/gates/{gate}/status", "A gate as it is seen")
        .gives(&[200], STATUS),
    Route::new(Op::HealGate, Post, "/api/v1/gates/{gate}/heal",
        "Heals a gate: no faults, and new clients are accepted")
        .gives(&[204], Content::Nothing).refuses(&[CONFLICT]),

    Route::new(Op::ReadAccepting, Get, ACCEPTING, "How a gate takes new clients")
        .gives(&[200], WAY).tagged(),
    Route::new(Op::PutAccepting, Put, ACCEPTING, "Has a gate take new clients in another way")
        .takes(WAY).gives(&[200], WAY).tagged().refuses(&[CONFLICT]),
    Route::new(Op::ReadSeed, Get, SEED, "The seed from which a gate draws for what is set from now on")
        .gives(&[200], NUMBER).tagged(),
    Route::new(Op::PutSeed, Put, SEED,
        "Begins a series of draws: what is drawn from now on follows from this seed, whoever was at the \
         gate before")
        .takes(NUMBER).gives(&[200], NUMBER).tagged(),

    Route::new(Op::ListConnections, Get, CONNECTIONS,
        "The connections that stand, when there are enough or the wait is over")
        .asks(&[Parameter::AtLeast, Parameter::Wait])
        .gives(&[200], Content::json::<Vec<ConnectionInfo>>()),
    Route::new(Op::CloseConnections, Delete, CONNECTIONS, "Closes all connections")
        .asks(&[Parameter::How]).gives(&[200], Content::json::<Closed>()),
    Route::new(Op::CloseConnection, Delete, CONNECTION, "Closes one connection")
        .asks(&[Parameter::How]).gives(&[204], Content::Nothing),
    Route::new(Op::ReadEvents, Get, "/api/v1/gates/{gate}/events",
        "What has happened at a gate since an event; of what it remembers no more, the numbers are \
         missing. As a stream it goes on as long as there is the gate: each `data` is one event, with its \
         number as `id`, and messages of the type `missed` have as `data` how many are lost")
        .asks(&[Parameter::Since, Parameter::Wait])
        .gives(&[200], Content::stream::<Event>()),

    Route::new(Op::ReadFaults, Get, FAULTS, "The faults of a direction")
        .gives(&[200], LIST).tagged(),
    Route::new(Op::PutFaults, Put, FAULTS,
        "Replaces all faults of a direction; those that are the same as before go on")
        .takes(LIST).gives(&[200], LIST).tagged().refuses(&[CONFLICT]),
    Route::new(Op::AddFault, Post, FAULTS, "Adds a fault behind the others")
        .takes(ENTRY).gives(&[201], ENTRY).refuses(&[CONFLICT]),
    Route::new(Op::ReadFault, Get, FAULT, "One fault")
        .gives(&[200], ENTRY).tagged(),
    Route::new(Op::PutFault, Put, FAULT,
        "Puts a fault in the place of the one of this name, or behind all others")
        .takes(ENTRY).gives(&[200, 201], ENTRY).tagged().refuses(&[CONFLICT]),
    Route::new(Op::DeleteFault, Delete, FAULT, "Removes a fault; what it held goes on at once")
        .gives(&[204], Content::Nothing).tagged(),
    Route::new(Op::ReadHits, Get, HITS,
        "How often a fault has done something to traffic, when that is enough or the wait is over")
        .asks(&[Parameter::AtLeast, Parameter::Wait])
        .gives(&[200], Content::json::<Hits>()),
    ]
};

/// Each stands where its operation does.
const _: () = {
    let mut place = 0;
    while place < ROUTES.len() {
        assert!(ROUTES[place].operation as usize == place);
        place += 1;
    }
};

impl Route {
    /// All routes.
    pub fn all() -> &'static [Route] {
        &ROUTES
    }

    /// That of an operation.
    pub fn of(operation: Operation) -> &'static Route {
        &ROUTES[operation as usize]
    }
}

/// A gate with its name beside its fields.
fn named_gate(generator: &mut SchemaGenerator) -> Schema {
    let mut gate = GateConfig::json_schema(generator);
    let name = json!({ "type": "string", "minLength": 1, "description": "Its name." });
    if let Some(Value::Object(properties)) = gate.get_mut("properties") {
        properties.insert("name".to_owned(), name);
    }
    if let Some(Value::Array(required)) = gate.get_mut("required") {
        required.push("name".into());
    }
    gate
}
