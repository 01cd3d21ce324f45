//! The proxy as the kernel sees it: processor time, memory, pipes. Linux.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// The kernel counts processor time in hundredths of a second for all programs, whatever its own tick.
const TICK: Duration = Duration::from_millis(10);

/// A process with all that descend from it, such as the workers of a server.
#[derive(Debug, Clone, Copy)]
pub struct Process(u32);

impl FromStr for Process {
    type Err = std::num::ParseIntError;

    fn from_str(number: &str) -> Result<Self, Self::Err> {
        number.parse().map(Process)
    }
}

impl Process {
    /// The processor time that all of its threads have taken, those of ended children included.
    pub(crate) fn cpu(self) -> io::Result<Duration> {
        let ticks = self.family()?.iter().map(|stat| stat.ticks).sum::<u32>();
        Ok(TICK * ticks)
    }

    /// The bytes of memory that it occupies.
    pub(crate) fn resident(self) -> io::Result<u64> {
        self.family()?.iter().map(|stat| resident(stat.process)).sum()
    }

    /// The pipes that it holds. One that its workers share, such as from whoever started it, is one.
    pub(crate) fn pipes(self) -> io::Result<usize> {
        let pipes = self.family()?.into_iter().flat_map(|stat| pipes(stat.process));
        Ok(pipes.collect::<BTreeSet<_>>().len())
    }

    fn family(self) -> io::Result<Vec<Stat>> {
        let numbers = fs::read_dir("/proc")?.flatten();
        let numbers = numbers.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        // One that has ended meanwhile has no file any more.
        let all: BTreeMap<u32, Stat> =
            numbers.filter_map(|number| Some((number, Stat::read(number)?))).collect();
        let mut family = vec![all.get(&self.0).copied().ok_or_else(|| self.is_gone())?];
        let mut next = 0;
        while let Some(parent) = family.get(next).map(|stat| stat.process) {
            family.extend(all.values().filter(|stat| stat.parent == parent));
            next += 1;
        }
        Ok(family)
    }

    fn is_gone(self) -> io::Error {
        io::Error::new(ErrorKind::NotFound, format!("there is no process {}", self.0))
    }
}

/// What is needed of `/proc/PID/stat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stat {
    process: u32,
    parent: u32,
    ticks: u32,
}

impl Stat {
    fn read(process: u32) -> Option<Self> {
        Self::parse(process, &fs::read_to_string(format!("/proc/{process}/stat")).ok()?)
    }

    /// The name may have spaces and parentheses: fields are counted from behind its last one.
    fn parse(process: u32, stat: &str) -> Option<Self> {
        let (_, fields) = stat.rsplit_once(')')?;
        let fields: Vec<_> = fields.split_whitespace().collect();
        let of_itself_and_ended_children = fields.get(11..15)?;
        let ticks = of_itself_and_ended_children.iter().map(|ticks| ticks.parse::<u32>().ok());
        let parent = fields[1].parse().ok()?;
        Some(Stat { process, parent, ticks: ticks.sum::<Option<u32>>()? })
    }
}

fn resident(process: u32) -> io::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    // One that has just ended has none.
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    Ok(kilobytes.unwrap_or_default() * 1024)
}

/// The names of the pipes of one process.
fn pipes(process: u32) -> impl Iterator<Item = PathBuf> {
    let files = fs::read_dir(format!("/proc/{process}/fd")).into_iter().flatten().flatten();
    let targets = files.filter_map(|file| fs::read_link(file.path()).ok());
    targets.filter(|target| target.to_string_lossy().starts_with("pipe:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_and_parentheses_does_not_shift_the_fields() {
        let line = "7 (a (b) c) S 3 7 7 0 -1 0 0 0 0 0 250 31 4 5 20 0 1 0 99";
        assert_eq!(Stat::parse(7, line), Some(Stat { process: 7, parent: 3, ticks: 290 }));
    }

    #[test]
    fn a_line_that_is_cut_gives_nothing() {
        assert_eq!(Stat::parse(7, "7 (sh) S 3 7 7"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_child_belongs_to_the_family_while_it_lives() {
        let this = Process(std::process::id());
        let mut child = std::process::Command::new("sleep").arg("1000").spawn().unwrap();
        let with_the_child = this.family().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(with_the_child.iter().any(|stat| stat.process == child.id()));
        assert!(this.family().unwrap().iter().all(|stat| stat.process != child.id()));
        assert!(this.resident().unwrap() > 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_pipe_is_one_by_both_its_ends() {
        let before: BTreeSet<_> = pipes(std::process::id()).collect();
        let pipe = std::io::pipe().unwrap();
        let with_it: BTreeSet<_> = pipes(std::process::id()).collect();
        assert_eq!(with_it.difference(&before).count(), 1);
        drop(pipe);
    }
}
