//! Each measure of each peer in turn, several times: what slows the machine down for a while hits all
//! of them.

use std::fs;

use super::conditions::conditions;
use super::figure::Bench;
use super::measure::{MEASURES, Measure};
use super::network::Network;
use super::options::Options;
use super::peers::{self, Peer};
use super::results::{DIRECT, Results};
use super::table::print;
use crate::error::Error;
use crate::workspace::Metadata;

/// Measures, prints the table, and keeps the results.
pub(super) fn run(options: &Options, network: Network) -> Result<(), Error> {
    let measures = chosen(options)?;
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

/// The measures that are asked for.
fn chosen(options: &Options) -> Result<Vec<&'static Measure>, Error> {
    for name in &options.measure {
        if !MEASURES.iter().any(|measure| measure.name == name) {
            let known = MEASURES.iter().map(|measure| measure.name).collect();
            return Err(Error::Measure { name: name.clone(), known });
        }
    }
    let is_chosen = |measure: &&Measure| match options.measure.as_slice() {
        [] => measure.is_quick || !options.quick,
        names => names.iter().any(|name| name == measure.name),
    };
    Ok(MEASURES.iter().filter(is_chosen).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn names(arguments: &[&str]) -> Result<Vec<&'static str>, Error> {
        let line = Line::parse_from(["bench"].iter().chain(arguments));
        Ok(chosen(&line.options)?.iter().map(|measure| measure.name).collect())
    }

    #[test]
    fn a_short_round_has_some_of_all_measures() {
        let (all, quick) = (names(&[]).unwrap(), names(&["--quick"]).unwrap());
        assert_eq!(all.len(), MEASURES.len());
        assert!(quick.len() < all.len() && quick.iter().all(|name| all.contains(name)));
    }

    #[test]
    fn a_measure_is_chosen_by_its_name() {
        assert_eq!(names(&["--measure=idle", "--quick"]).unwrap(), ["idle"]);
        let error = names(&["--measure=speed"]).unwrap_err().to_string();
        assert!(error.starts_with("there is no measure \"speed\": they are down-1, "), "{error}");
    }
}
