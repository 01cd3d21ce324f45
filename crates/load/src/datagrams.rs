//! Datagrams and their echoes, a window of them under way.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use crate::{Outcome, Setting};

/// After such a silence all that was under way is lost, and a window is sent anew.
const SILENCE: Duration = Duration::from_millis(20);

/// Echoes per second of datagrams of `size` bytes, while so many are under way.
///
/// # Errors
/// If a socket or the proxy fails, or nothing comes back.
pub fn datagrams(setting: &Setting, size: usize, window: usize) -> io::Result<Outcome> {
    let pipes = setting.pipes_at_rest()?;
    let server = UdpSocket::bind(setting.server)?;
    let client = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    client.connect(setting.through)?;
    for socket in [&server, &client] {
        socket.set_read_timeout(Some(SILENCE))?;
    }
    let (done, is_over) = (AtomicU64::new(0), AtomicBool::new(false));
    let counted = thread::scope(|scope| {
        scope.spawn(|| serve(&server, size, &is_over));
        let asking = scope.spawn(|| {
            let mut fresh = window;
            while !is_over.load(Relaxed) {
                fresh = ask(&client, size, fresh, &done)?.unwrap_or(window);
            }
            io::Result::Ok(())
        });
        let counted = setting.watch(pipes, || done.load(Relaxed));
        is_over.store(true, Relaxed);
        match asking.join() {
            Ok(Err(failed)) => Err(failed),
            _ => counted,
        }
    })?;
    Ok(Outcome { value: counted.per_second, tail: None, cpu: counted.cpu, path: counted.path })
}

/// Sends `fresh` datagrams, and waits for one: so many are to be sent then. Nothing if none came.
fn ask(
    client: &UdpSocket,
    size: usize,
    fresh: usize,
    done: &AtomicU64,
) -> io::Result<Option<usize>> {
    let mut datagram = vec![b'x'; size];
    for _ in 0..fresh {
        client.send(&datagram)?;
    }
    match client.recv(&mut datagram) {
        Ok(_) => {
            done.fetch_add(1, Relaxed);
            Ok(Some(1))
        }
        Err(error) if is_silence(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Sends back what comes. A datagram that is lost is a matter of its sender.
fn serve(server: &UdpSocket, size: usize, is_over: &AtomicBool) {
    let mut datagram = vec![0; size];
    while !is_over.load(Relaxed) {
        if let Ok((length, client)) = server.recv_from(&mut datagram) {
            let _ = server.send_to(&datagram[..length], client);
        }
    }
}

fn is_silence(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
