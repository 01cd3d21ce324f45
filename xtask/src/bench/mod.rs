//! What the product costs: in instructions, and beside its peers.
//!
//! | file | holds |
//! |---|---|
//! | `instructions` | work of a fixed size, counted and compared with what it took before |
//! | `options` | what a person can ask for of the comparison with peers |
//! | `measure` | what is measured |
//! | `peers` | the proxies, and how each is started |
//! | `network` | the network of their own in which they run |
//! | `figure` | one measure of one peer |
//! | `rounds` | each measure of each peer in turn, several times |
//! | `conditions` | where and how it is measured |
//! | `results` | what came of it, as it is kept |
//! | `unit` | values as people read them |
//! | `table` | the results for a terminal |
//! | `document`, `chart` | the results as a page |

mod chart;
mod conditions;
mod document;
mod figure;
pub(crate) mod instructions;
mod measure;
mod network;
mod options;
mod peers;
mod results;
mod rounds;
mod table;
mod unit;

use std::env;
use std::fs;
use std::path::PathBuf;

use crate::error::Error;
use crate::run::{cargo, run};
use crate::setup;
use crate::workspace::Metadata;
pub(crate) use document::write as document;
pub(crate) use options::Options;

/// Compares the product with its peers, in a network of their own.
pub(crate) fn peers(options: &Options) -> Result<(), Error> {
    if let Some(network) = options.inside {
        return rounds::run(options, network);
    }
    if !cfg!(target_os = "linux") {
        return Err(Error::Platform { task: "bench" });
    }
    // What is mistyped is told before anything is built.
    options.measures()?;
    match &options.program {
        Some(program) => {
            fs::metadata(program).map_err(Error::file("find", program))?;
        }
        None => run(&mut cargo(["build", "--release", "--package", "chaosgate-cli"]))?,
    }
    run(&mut cargo(["build", "--release", "--package", "chaosgate-load"]))?;
    install();
    network::enter(env::args_os().skip(1))
}

/// Installs the peers that are missing and that Debian has. One that cannot be had is named with the
/// results.
fn install() {
    for peer in peers::all(PathBuf::new()).iter().filter(|peer| peer.find().is_err()) {
        for &package in peer.packages() {
            if let Err(error) = setup::package(package) {
                eprintln!("warning: {error}");
            }
        }
    }
}

/// Where peers have their files, and results are kept.
fn directory() -> Result<PathBuf, Error> {
    Ok(Metadata::of_the_workspace()?.target_directory.join("xtask/bench"))
}
