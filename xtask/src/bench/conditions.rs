//! Where and how it is measured.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::network::Network;
use super::options::Options;
use super::peers::Peer;

/// Where and how it is measured, by what it is called.
pub(super) fn conditions(
    options: &Options,
    network: Network,
    peers: &[&dyn Peer],
) -> BTreeMap<String, String> {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let conditions = [
        ("network", network.described()),
        ("kernel", read("/proc/sys/kernel/osrelease").trim().to_owned()),
        ("other load", others(&read("/proc/loadavg"))),
        ("processor", processor(&read("/proc/cpuinfo"))),
        ("programs", programs(peers)),
        ("rounds", format!("{} of {} ms each", options.rounds(), options.milliseconds())),
    ];
    conditions.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What else the machine does, which slows down whoever is measured meanwhile.
fn others(load: &str) -> String {
    let runnable = load.split(' ').next().unwrap_or("unknown");
    format!("{runnable} runnable on average in the minute before")
}

fn processor(cpus: &str) -> String {
    let models: Vec<_> = cpus.lines().filter(|line| line.starts_with("model name")).collect();
    let model = models.first().and_then(|line| line.split(": ").nth(1)).unwrap_or("unknown");
    format!("{} x {model}", models.len())
}

/// The programs with their versions, each once.
fn programs(peers: &[&dyn Peer]) -> String {
    let found = peers.iter().filter_map(|peer| Some((peer.find().ok()?, peer.version())));
    let versions: BTreeMap<_, _> = found.collect();
    let named = versions.iter().map(|(program, option)| {
        let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        format!("{name} {}", asked(program, option).unwrap_or_default()).trim_end().to_owned()
    });
    named.collect::<Vec<_>>().join(", ")
}

/// What a program says of its version, to whichever of its outputs.
fn asked(program: &Path, option: &str) -> Option<String> {
    let output = Command::new(program).arg(option).output().ok()?;
    let told = [output.stdout, output.stderr].concat();
    version(&String::from_utf8_lossy(&told))
}

/// The first word with a digit in front and a point in it.
fn version(told: &str) -> Option<String> {
    let is_version = |word: &&str| word.starts_with(|first: char| first.is_ascii_digit());
    let mut words = told.split([' ', '/', '\n']);
    words.find(|word| is_version(word) && word.contains('.')).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_found_in_what_each_program_says_of_it() {
        let told = [
            "HAProxy version 2.6.12-1+deb12u4 2026/10/17 - https://haproxy.org/",
            "nginx version: nginx/1.22.1\n",
            "socat by Gerhard Rieger and contributors - see www.dest-unreach.org\nsocat version 1.7.4.4 on 06",
            "chaosgate 0.1.0\n",
        ];
        let versions = told.map(|told| version(told).unwrap());
        assert_eq!(versions, ["2.6.12-1+deb12u4", "1.22.1", "1.7.4.4", "0.1.0"]);
        assert_eq!(version("error: unexpected argument"), None);
    }

    #[test]
    fn what_else_the_machine_does_is_the_average_of_the_last_minute() {
        let expected = "0.42 runnable on average in the minute before";
        assert_eq!(others("0.42 1.00 2.00 1/99 7\n"), expected);
    }

    #[test]
    fn processors_are_counted() {
        assert_eq!(processor("model name\t: A\nflags\t: b\nmodel name\t: A\n"), "2 x A");
    }
}
