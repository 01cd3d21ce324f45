//! Connections that send a little, and wait for its echo.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use crate::sockets::{Connection, Ending};
use crate::{Outcome, Setting};

/// Seconds of a round trip of `size` bytes, while each of so many connections has one under way: the
/// median, and what 99 % do not exceed.
///
/// # Errors
/// If a connection or the proxy fails, or nothing comes back.
pub fn round_trips(setting: &Setting, connections: usize, size: usize) -> io::Result<Outcome> {
    let pipes = setting.pipes_at_rest()?;
    let connections = Connection::several(setting, connections)?;
    let done = AtomicU64::new(0);
    let (counted, mut times) = thread::scope(|scope| {
        let ending = Ending(&connections);
        let clients: Vec<_> = connections
            .iter()
            .map(|Connection { client, server }| {
                scope.spawn(move || echo(server, size));
                scope.spawn(|| ask(client, size, &done))
            })
            .collect();
        let counted = setting.watch(pipes, || done.load(Relaxed));
        drop(ending);
        let times = clients.into_iter().filter_map(|client| client.join().ok()).flatten();
        (counted, times.collect::<Vec<_>>())
    });
    let counted = counted?;
    times.sort_unstable();
    Ok(Outcome {
        value: seconds_of(&times, 50),
        tail: Some(seconds_of(&times, 99)),
        cpu: counted.cpu,
        path: counted.path,
    })
}

/// Sends back what comes, until the connection is ended.
fn echo(mut stream: &TcpStream, size: usize) {
    let mut message = vec![0; size];
    while stream.read_exact(&mut message).and_then(|()| stream.write_all(&message)).is_ok() {}
}

/// What each round trip took until the connection is ended, but for the first fifth, in which all get
/// under way.
fn ask(mut stream: &TcpStream, size: usize, done: &AtomicU64) -> Vec<Duration> {
    let mut message = vec![b'x'; size];
    let mut times = Vec::new();
    loop {
        let begin = Instant::now();
        if stream.write_all(&message).and_then(|()| stream.read_exact(&mut message)).is_err() {
            return times.split_off(times.len() / 5);
        }
        times.push(begin.elapsed());
        done.fetch_add(1, Relaxed);
    }
}

/// What so many percent of the times, which are in order, do not exceed. Not a number of none.
fn seconds_of(times: &[Duration], percent: usize) -> f64 {
    times.get(place(times.len(), percent)).map_or(f64::NAN, Duration::as_secs_f64)
}

fn place(count: usize, percent: usize) -> usize {
    (count * percent).div_ceil(100).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_times_do_not_exceed_the_median() {
        assert_eq!([50, 99, 100].map(|percent| place(200, percent)), [99, 197, 199]);
        assert_eq!([1, 2, 3].map(|count| place(count, 50)), [0, 0, 1]);
    }

    #[test]
    fn no_times_have_no_median() {
        assert!(seconds_of(&[], 50).is_nan());
    }
}
