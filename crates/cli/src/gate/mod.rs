//! `chaosgate gate`: one gate in the foreground.
//!
//! | to find | look in |
//! |---|---|
//! | the gate, and what ends it | this file |
//! | what writes, while the gate goes on | `printer.rs`; to somebody who may have gone: `page.rs` |
//! | the beginning and the totals | `report.rs` |
//! | what goes through in a second | `meter.rs` |

mod meter;
mod page;
mod printer;
mod report;

use std::io::{self, IsTerminal};
use std::time::Duration;

use chaosgate::{
    AnyGate, Builder, Direction, EntryHandle, EntrySpec, ListError, Protocol, Route, TcpGate,
    UdpGate,
};
use tokio::runtime::Handle;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::arguments::Gate;
use crate::error::Error;
use crate::signals::Signals;
use meter::Meter;
use page::Page;
use printer::Printer;
use report::{Beginning, Totals};

const TO_SERVER: &str = "--to-server";
const TO_CLIENT: &str = "--to-client";
const SECOND: Duration = Duration::from_secs(1);

/// Runs a gate until a signal comes.
pub(crate) fn run(arguments: &Gate) -> Result<(), Error> {
    let options = &arguments.options;
    let route = Route::new("gate", &options.listen, &options.upstream);
    let runtime = crate::runtime()?;
    let result = runtime.block_on(async {
        if options.udp {
            let builder = UdpGate::builder(route).runtime(Handle::current()).idle(options.idle);
            serve(arguments, builder).await
        } else {
            let builder = TcpGate::builder(route).runtime(Handle::current());
            let builder = builder.on_dial_failure(options.on_dial_failure);
            serve(arguments, builder).await
        }
    });
    // The connections are not waited for.
    runtime.shutdown_background();
    result
}

async fn serve<P: Protocol>(arguments: &Gate, mut builder: Builder<P>) -> Result<(), Error> {
    let options = &arguments.options;
    if let Some(seed) = options.seed {
        builder = builder.seed(seed);
    }
    // Before anybody is told that the gate is there, and sends one.
    let mut signals = Signals::listen().map_err(Error::Signals)?;
    let gate = AnyGate::from(builder.build()?);
    let events = gate.subscribe();
    // Before it starts, so that no client meets it without them.
    let in_list = |argument| move |source| Error::List { argument, source };
    let mut entries =
        set(&gate, Direction::ToServer, &options.to_server).map_err(in_list(TO_SERVER))?;
    entries
        .extend(set(&gate, Direction::ToClient, &options.to_client).map_err(in_list(TO_CLIENT))?);
    gate.set_accepting(options.accepting)?;
    let mut meter = Meter::of(&gate, &entries);
    gate.start()?;
    // A person at a terminal is shown what goes through, and programs what happens.
    let each_second = io::stdout().is_terminal() && !arguments.json;
    let events = (arguments.verbose || !each_second).then_some(events);
    let page = Page::new(arguments.json);
    let printer = Printer::start(page, Beginning::of(&gate), events).map_err(Error::Printer)?;
    let mut seconds = interval_at(Instant::now() + SECOND, SECOND);
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = signals.next() => break,
            _ = seconds.tick(), if each_second => {
                if let Some(second) = meter.read() {
                    printer.show(second);
                }
            }
        }
    }
    printer.finish(Totals::of(&gate, &entries)).await;
    Ok(())
}

/// Sets the faults of a direction, and gives those that are at work.
fn set(
    gate: &AnyGate,
    direction: Direction,
    faults: &[EntrySpec],
) -> Result<Vec<(Direction, EntryHandle)>, ListError> {
    let way = gate.faults(direction);
    if !faults.is_empty() {
        way.set(faults.to_vec())?;
    }
    Ok(way.list().into_iter().map(|entry| (direction, entry)).collect())
}
