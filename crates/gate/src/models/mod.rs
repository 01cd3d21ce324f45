//! Models of what threads do at the same moment: the crate's own code, by steps whose orders are tried, many
//! thousands at random.
//!
//! ```sh
//! RUSTFLAGS="--cfg chaosgate_models" cargo test -p chaosgate --lib --release models --target-dir target/models
//! ```
//!
//! | file | holds |
//! |---|---|
//! | `switch` | a list of faults that is replaced while a connection reads |
//! | `lending` | a direction that is lent, wanted back, and given back |
//! | `clients` | clients that come, end, and are waited for |
//! | `memory` | shares that wait until there is room |
//! | `timers` | timers that are armed while time passes |
//!
//! What a model is for shows in its *plant*: the same with a mistake, which some order must bring to light.
//! The steps are those between the types of [`sync`](crate::sync). Not tried are the orders of tokio's own
//! steps, and what the memory orders of atomics permit beyond one order for all. The alarm of timers is the
//! portable one, by a clock of the model.

mod clients;
mod lending;
mod memory;
mod switch;
mod timers;

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock};

use chaosgate_faults::{Direction, EntrySpec};
use tokio::runtime::{Builder, Runtime};

use crate::client::Client;
use crate::gate::TcpGate;
use crate::lane::Lanes;
use crate::route::Route;
use crate::shared::Shared;

/// How many orders of each model are tried.
const ORDERS: usize = 10_000;

/// The direction that models look at.
const TO_SERVER: Direction = Direction::ToServer;

/// A runtime that gates can be made on, and that nobody drives: models have threads of their own.
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_all().build().expect("a runtime"));

/// Tries the orders of a model, none of which may break what it asserts, or end in a wait for ever.
fn holds(model: impl Fn() + Send + Sync + 'static) {
    let model = Arc::new(model);
    let same = model.clone();
    shuttle::check_random(move || same(), ORDERS);
    shuttle::check_pct(move || model(), ORDERS, 3);
}

/// Tries them until one is found that breaks it.
fn fails(planted: impl Fn() + Send + Sync + 'static) {
    let found = catch_unwind(AssertUnwindSafe(|| holds(planted)));
    assert!(found.is_err(), "none of {ORDERS} orders of either kind brings the mistake to light");
}

/// A gate that lets clients in and listens nowhere.
fn gate() -> TcpGate {
    let gate = TcpGate::builder(Route::to("127.0.0.1:9")).runtime(RUNTIME.handle().clone());
    let gate = gate.build().expect("nothing that can be wrong");
    gate.shared().registry.open();
    gate
}

/// A client that has just been let in.
fn client(shared: &Shared) -> Arc<Client> {
    shared.registry.enter(([127, 0, 0, 1], 1).into()).expect("it is open")
}

/// The two directions of its connection, which have met the faults that were in force.
fn lanes(shared: &Shared, client: &Arc<Client>) -> Lanes {
    let mut lanes = Lanes::new(shared, client);
    lanes.begin();
    lanes
}

/// Makes this the only fault to the server, and gives the number of the list.
fn set(shared: &Shared, fault: impl Into<EntrySpec>) -> u64 {
    let fault = fault.into();
    let set = shared.edit(&[TO_SERVER], |list, now| {
        Ok::<_, Infallible>((list.replaced([fault.clone()], now).expect("one entry"), ()))
    });
    set.expect("no error that there could be");
    shared.faults.of(TO_SERVER).lists().number()
}
