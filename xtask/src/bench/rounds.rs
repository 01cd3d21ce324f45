//! Each measure of each peer in turn, several times: what slows the machine down for a while hits all
//! of them.

use std::fs;

use super::conditions::conditions;
use super::figure::Bench;
use super::measure::Measure;
use super::network::Network;
use super::options::Options;
use super::peers::{self, Peer};
use super::results::{DIRECT, Results};
use super::table::print;
use crate::error::Error;
use crate::workspace::Metadata;

/// Measures, prints the table, and keeps the results.
pub(super) fn run(options: &Options, network: Network) -> Result<(), Error> {
    let measures = options.measures()?;
    let target = Metadata::of_the_workspace()?.target_directory;
    let program = options.program.clone().unwrap_or_else(|| target.join("release/chaosgate"));
    let directory = super::directory()?;
    fs::create_dir_all(&directory).map_err(Error::file("make", &directory))?;
    let all = peers::all(program);
    let all = all.iter().map(|peer| &**peer);
    let (there, missing): (Vec<_>, Vec<_>) = all.partition(|peer| peer.find().is_ok());
    let mut results = Results::new(conditions(options, network, &there));
    for peer in missing {
        if let Err(reason) = peer.find() {
            results.missing.insert(peer.name().to_owned(), reason);
        }
    }
    // Nothing is client and server alone.
    let there: Vec<_> = [None].into_iter().chain(there.into_iter().map(Some)).collect();
    let load = target.join("release/chaosgate-load");
    let bench = Bench { load, directory: directory.clone(), milliseconds: options.milliseconds() };
    for round in 1..=options.rounds() {
        for measure in &measures {
            for &peer in &there {
                add(&bench, measure, peer, round, &mut results);
            }
        }
    }
    print(&results);
    println!("\nkept in {}", results.write(&directory)?.display());
    Ok(())
}

/// Takes a figure, if the peer can do what it is of. A peer that fails is named with the results.
fn add(
    bench: &Bench,
    measure: &Measure,
    peer: Option<&dyn Peer>,
    round: usize,
    results: &mut Results,
) {
    let (name, of) = (peer.map_or(DIRECT, Peer::name), measure.name);
    match bench.figure(measure, peer).transpose() {
        None => {}
        Some(Ok(outcome)) => {
            let value = measure.unit.shown(outcome.value);
            eprintln!("round {round}, {of}: {name} {value}");
            results.add(measure, name, outcome);
        }
        Some(Err(error)) => {
            eprintln!("round {round}, {of}: {name} failed: {error}");
            results.missing.insert(format!("{name}, {of}"), error.to_string());
        }
    }
}
