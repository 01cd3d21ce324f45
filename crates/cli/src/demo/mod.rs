//! `chaosgate demo`: every condition of the network, shown and healed.
//!
//! | to find | look in |
//! |---|---|
//! | the conditions, and what each has to show | `showings.rs` in `tcp/` and `udp/`; what one consists of: `showing.rs`, `observed.rs` |
//! | where one is shown, and what counts as recovered | `stage.rs` |
//! | what a client does, and what it can see | `client.rs` and `client.rs` in `tcp/` and `udp/`; `seen.rs` |
//! | the servers, and what they speak | `service.rs`; `server.rs` and `http.rs` in `tcp/`, `server.rs` and `datagram.rs` in `udp/` |
//! | what is printed | `row.rs`, `progress.rs` |

mod client;
mod observed;
mod progress;
mod row;
mod seen;
mod service;
mod showing;
mod stage;
mod tcp;
mod udp;

use std::time::Instant;

use chaosgate::Direction;
use serde_json::Value;

use crate::error::Error;
use crate::output::{in_s, print_line};
use client::Client;
use progress::Progress;
use row::Row;
use showing::Showing;
use stage::Stage;

/// Shows every condition, as a table or, `in_json`, as an array of objects.
pub(crate) fn run(in_json: bool) -> Result<(), Error> {
    let runtime = crate::runtime()?;
    let rows = runtime.block_on(show_all(in_json))?;
    if in_json {
        let array: Value = rows.iter().map(Row::json).collect();
        print_line(format_args!("{array:#}"))?;
    }
    let complaints: Vec<String> = rows.iter().filter_map(Row::complaint).collect();
    if complaints.is_empty() { Ok(()) } else { Err(Error::Demo { complaints, of: rows.len() }) }
}

async fn show_all(in_json: bool) -> Result<Vec<Row>, Error> {
    let started = Instant::now();
    let count = trials::<tcp::Client>().count() + trials::<udp::Client>().count();
    let progress = Progress::new(in_json, count);
    let mut rows = show_part::<tcp::Client>(&progress).await?;
    progress.print("")?;
    rows.extend(show_part::<udp::Client>(&progress).await?);
    let good = rows.iter().filter(|row| row.is_good()).count();
    let summary =
        format!("\n{good} of {} shown and recovered, in {}", rows.len(), in_s(started.elapsed()));
    progress.print(&summary)?;
    Ok(rows)
}

/// Shows every condition of a protocol.
async fn show_part<C: Client>(progress: &Progress) -> Result<Vec<Row>, Error> {
    let mut stage = Stage::<C>::set().await?;
    progress.print(&stage.introduction())?;
    progress.print(&progress.layout.heading())?;
    let mut rows = Vec::new();
    for (showing, direction) in trials::<C>() {
        progress.begin(showing.condition, direction);
        let row = stage.show(showing, direction).await?;
        progress.end(&row)?;
        if !row.is_good() {
            // What went wrong here must not go on in the next row.
            stage = Stage::set().await?;
        }
        rows.push(row);
    }
    Ok(rows)
}

/// Each condition in each of its directions.
fn trials<C: Client>() -> impl Iterator<Item = (&'static Showing<C::Deed>, Option<Direction>)> {
    C::SHOWINGS.iter().flat_map(|showing| {
        showing.condition.directions.iter().map(move |direction| (showing, *direction))
    })
}

/// What the help says at its end.
pub(crate) fn help() -> String {
    let conditions = lines::<tcp::Client>() + &lines::<udp::Client>();
    format!(
        "\
Conditions:{conditions}

Example:
  chaosgate demo --json | jq '.[] | select(.shown and .recovered | not)'

It exits with 1 if a condition did not show, or the client did not recover."
    )
}

fn lines<C: Client>() -> String {
    let line = |showing: &Showing<C::Deed>| {
        format!("\n  {:18} {}", showing.condition.slug, showing.condition.about)
    };
    C::SHOWINGS.iter().map(line).collect()
}
