//! Clients that connect, exchange a byte, and leave.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use crate::{Outcome, Setting};

/// How long a byte may take: a proxy that loses one would hold its client forever.
const LIMIT: Duration = Duration::from_secs(10);

/// New connections per second, by so many clients at once. The client leaves first.
///
/// # Errors
/// If a connection or the proxy fails.
pub fn connections(setting: &Setting, clients: usize) -> io::Result<Outcome> {
    let pipes = setting.pipes_at_rest()?;
    let listener = TcpListener::bind(setting.server)?;
    let (done, is_over, have_left) =
        (AtomicU64::new(0), AtomicBool::new(false), AtomicBool::new(false));
    // A server that waits for its client to leave is not there for the next one.
    let servers = 2 * clients;
    let counted = thread::scope(|scope| {
        for _ in 0..servers {
            scope.spawn(|| while serve(&listener).is_ok() && !have_left.load(Relaxed) {});
        }
        let clients: Vec<_> =
            (0..clients).map(|_| scope.spawn(|| ask(setting.through, &done, &is_over))).collect();
        let counted = setting.watch(pipes, || done.load(Relaxed));
        is_over.store(true, Relaxed);
        let ended: Vec<_> = clients.into_iter().map(thread::ScopedJoinHandle::join).collect();
        have_left.store(true, Relaxed);
        // A server that waits for a client gets one, which leaves, and sees that it is over.
        for _ in 0..servers {
            let _ = TcpStream::connect(setting.server);
        }
        let failed = ended.into_iter().flatten().find_map(Result::err);
        failed.map_or(counted, Err)
    })?;
    Ok(Outcome { value: counted.per_second, tail: None, cpu: counted.cpu, path: counted.path })
}

/// Serves one client. What it fails by is told by the client, which then has no answer.
fn serve(listener: &TcpListener) -> io::Result<()> {
    let (mut stream, _) = listener.accept()?;
    stream.set_read_timeout(Some(LIMIT))?;
    let mut byte = [0];
    while let Ok(1) = stream.read(&mut byte) {
        let _ = stream.write_all(&byte);
    }
    Ok(())
}

fn ask(through: SocketAddr, done: &AtomicU64, is_over: &AtomicBool) -> io::Result<()> {
    while !is_over.load(Relaxed) {
        exchange(&TcpStream::connect_timeout(&through, LIMIT)?)?;
        done.fetch_add(1, Relaxed);
    }
    Ok(())
}

fn exchange(mut stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(LIMIT))?;
    stream.write_all(b"x")?;
    stream.read_exact(&mut [0])
}
