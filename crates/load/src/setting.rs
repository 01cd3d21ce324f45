//! What is the same for all measures: where, how long, whose processor time.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use crate::{Path, Process};

/// So often the proxy's pipes are counted while traffic flows: it may hold them for moments.
const LOOKS: u32 = 10;

/// A proxy that makes no pipe for so long has made all that it needs.
const REST: Duration = Duration::from_millis(100);

/// How long it may take until something comes through.
const LIMIT: Duration = Duration::from_secs(10);

/// Where client and server are, and how long they are watched.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Where the server listens.
    pub server: SocketAddr,
    /// Where the client connects.
    pub through: SocketAddr,
    /// How long is measured. A quarter of it passes before that, for all to get under way.
    pub time: Duration,
    /// The proxy, if there is one.
    pub process: Option<Process>,
}

/// What was counted while time passed.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) per_second: f64,
    /// Seconds of the processor that the proxy took for one of what was counted.
    pub(crate) cpu: Option<f64>,
    pub(crate) path: Option<Path>,
}

impl Setting {
    /// How many pipes the proxy holds by itself. Ask before a client connects. One that has just begun
    /// to listen still makes some for its threads: so this waits until it makes no more.
    pub(crate) fn pipes_at_rest(&self) -> io::Result<usize> {
        let Some(process) = self.process else { return Ok(0) };
        let mut pipes = process.pipes()?;
        loop {
            thread::sleep(REST);
            let now = process.pipes()?;
            if now == pipes {
                return Ok(pipes);
            }
            pipes = now;
        }
    }

    /// Lets traffic get under way, then waits for the time of this setting, and gives what `count`
    /// has grown by.
    pub(crate) fn watch(&self, pipes: usize, count: impl Fn() -> u64) -> io::Result<Counted> {
        wait_until(|| count() > 0)?;
        thread::sleep(self.time / 4);
        let cpu_before = self.process.map(Process::cpu).transpose()?;
        let (begin, before) = (Instant::now(), count());
        let mut most_pipes = 0;
        for look in 1..=LOOKS {
            thread::sleep((self.time * look / LOOKS).saturating_sub(begin.elapsed()));
            most_pipes = most_pipes.max(self.process.map_or(Ok(0), Process::pipes)?);
        }
        wait_until(|| count() > before)?;
        let (seconds, amount) = (begin.elapsed().as_secs_f64(), number(count() - before));
        let cpu_after = self.process.map(Process::cpu).transpose()?;
        let cpu = cpu_after.zip(cpu_before).map(|(after, before)| after.saturating_sub(before));
        let path = if most_pipes > pipes { Path::Splice } else { Path::Copy };
        Ok(Counted {
            per_second: amount / seconds,
            cpu: cpu.map(|cpu| cpu.as_secs_f64() / amount),
            path: self.process.map(|_| path),
        })
    }
}

/// Waits for what a busy machine takes its time for.
fn wait_until(is_so: impl Fn() -> bool) -> io::Result<()> {
    let begin = Instant::now();
    while !is_so() {
        if begin.elapsed() > LIMIT {
            let told = format!("nothing came through in {} s", LIMIT.as_secs());
            return Err(io::Error::new(ErrorKind::TimedOut, told));
        }
        thread::sleep(Duration::from_micros(100));
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "three digits of it are shown")]
pub(crate) fn number(count: u64) -> f64 {
    count as f64
}
