//! Work of a fixed size on chains and gates, whose instructions are counted.
//!
//! ```sh
//! chaosgate-bench                     # lists the workloads, as JSON
//! chaosgate-bench tcp-round-trip 500  # does this one 500 times
//! ```
//!
//! `cargo xtask bench --instructions` runs each of them at two sizes below a counter, and divides the
//! difference by that of the sizes: what is left is what one more costs, without the start of the
//! program. `instructions.json` has the figures that are kept.
//!
//! | file | holds |
//! |---|---|
//! | `chain` | segments on their way through chains of faults, in virtual time |
//! | `tcp` | bytes through a [`TcpGate`](chaosgate::TcpGate), and its connections |
//! | `udp` | datagrams through a [`UdpGate`](chaosgate::UdpGate) |
//!
//! A count is worth something only if it is the same each time. So all chance comes from a fixed seed,
//! and client, gate and server take turns on one thread: each waits for what the one before has sent,
//! and finds all of it there. What client and server execute is counted too, and what the runtime
//! does to wake them: of a round trip over TCP, the gate's own code is a third.

mod chain;
mod tcp;
mod udp;

use std::env;
use std::future::Future;
use std::process::ExitCode;

use serde::Serialize;

/// Work that can be done any number of times.
#[derive(Debug, Serialize)]
struct Workload {
    name: &'static str,
    /// What it is done for.
    each: &'static str,
    /// How often it is done to be measured: in one run, and in another one. The smaller number is
    /// enough for all that grows to have come to its size.
    sizes: [u64; 2],
    #[serde(skip)]
    run: fn(u64),
}

/// All that there are.
fn workloads() -> impl Iterator<Item = &'static Workload> {
    chain::WORKLOADS.iter().chain(&tcp::WORKLOADS).chain(&udp::WORKLOADS)
}

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let done = match arguments.as_slice() {
        [] => {
            list();
            Ok(())
        }
        [name, times] => run(name, times),
        _ => Err("the arguments are a workload and how often, or none".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn list() {
    let all: Vec<_> = workloads().collect();
    println!("{}", serde_json::to_string_pretty(&all).expect("names and numbers"));
}

/// Does the workload of this name so many times.
fn run(name: &str, times: &str) -> Result<(), String> {
    let workload = workloads().find(|workload| workload.name == name).ok_or_else(|| {
        let known: Vec<_> = workloads().map(|workload| workload.name).collect();
        format!("there is no workload \"{name}\": they are {}", known.join(", "))
    })?;
    let times = times.parse().map_err(|error| format!("cannot do it {times} times: {error}"))?;
    (workload.run)(times);
    Ok(())
}

/// Runs `work` and all that it spawns on this thread alone.
fn on_one_thread(work: impl Future<Output = std::io::Result<()>>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(work).expect("sockets that work");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_workload_can_be_done() {
        for workload in workloads() {
            (workload.run)(3);
        }
    }

    #[test]
    fn every_workload_has_a_name_of_its_own_and_a_second_size_that_is_larger() {
        let mut names: Vec<_> = workloads().map(|workload| workload.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), workloads().count());
        assert!(workloads().all(|workload| workload.sizes[0] < workload.sizes[1]));
    }
}
