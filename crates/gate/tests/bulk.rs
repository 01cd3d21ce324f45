//! Bulk data, which the kernel moves where nothing looks at it, under changes of the faults.
#![cfg(target_os = "linux")]

mod support;

use std::io::{ErrorKind, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Instant;

use chaosgate::{Custom, Fault, Outbox, Segment};
use support::{Rig, SOON, numbered, pipes, read, read_all, reset, soon};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

const CHUNK: usize = 1 << 20;

/// Sends so many chunks, and ends the stream.
async fn send(mut sender: OwnedWriteHalf, chunks: usize) {
    let all = numbered(CHUNK);
    for _ in 0..chunks {
        soon(sender.write_all(&all)).await.expect("it takes them");
    }
}

/// Receives them to the end, and compares each byte.
async fn receive(mut receiver: OwnedReadHalf, chunks: usize) {
    let all = numbered(CHUNK);
    let mut buffer = vec![0; CHUNK];
    for chunk in 0..chunks {
        soon(receiver.read_exact(&mut buffer)).await.expect("a chunk");
        assert!(buffer == all, "chunk {chunk} has other bytes");
    }
    assert_eq!(soon(receiver.read(&mut buffer)).await.expect("its end"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_of_it_arrives_and_its_end_in_both_directions() {
    const CHUNKS: usize = 64;
    let rig = Rig::new().await;
    let (client, server) = rig.pair().await;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let tasks = [
        tokio::spawn(receive(from_client, CHUNKS)),
        tokio::spawn(receive(from_server, CHUNKS)),
        tokio::spawn(send(to_client, CHUNKS)),
        tokio::spawn(send(to_server, CHUNKS)),
    ];
    for task in tasks {
        task.await.expect("all is right");
    }
    rig.gate.wait_for_no_connections(SOON).await.expect("it has ended");
    let totals = rig.gate.totals();
    let moved = (CHUNKS * CHUNK) as u64;
    assert_eq!((totals.to_server.received, totals.to_server.sent), (moved, moved));
    assert_eq!((totals.to_client.received, totals.to_client.sent), (moved, moved));
}

/// Sets a bit of each byte.
struct Marking;

const MARK: u8 = 0x40;

/// In words, since an unoptimised test would be slow with bytes.
fn marked(bytes: &[u8]) -> Vec<u8> {
    let mut marked = bytes.to_vec();
    let (words, rest) = marked.as_chunks_mut();
    for word in words {
        *word = (u128::from_ne_bytes(*word) | u128::from_ne_bytes([MARK; 16])).to_ne_bytes();
    }
    for byte in rest {
        *byte |= MARK;
    }
    marked
}

/// One of so many bytes is looked at.
const SAMPLE: usize = 64;

impl Fault for Marking {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        let segment = match segment {
            Segment::Data(bytes) => Segment::Data(marked(&bytes).into()),
            end => end,
        };
        out.push(segment, now);
    }
}

/// What the receiver has seen of the present version, which is what each byte is but for its mark.
struct Seen {
    version: AtomicU8,
    right: AtomicUsize,
    /// By version: of one that is over, what is under way when the next change comes may be either.
    wrong: [AtomicUsize; MARK as usize],
}

impl Seen {
    fn new() -> Self {
        let wrong = std::array::from_fn(|_| AtomicUsize::new(0));
        Seen { version: AtomicU8::new(0), right: AtomicUsize::new(0), wrong }
    }

    fn count(&self, bytes: &[u8]) {
        let version = self.version.load(SeqCst);
        for byte in bytes.iter().step_by(SAMPLE).filter(|byte| **byte & !MARK == version) {
            // Odd versions are marked.
            let is_right = (byte & MARK != 0) == (version % 2 == 1);
            let wrong = &self.wrong[usize::from(version)];
            let count = if is_right { &self.right } else { wrong };
            count.fetch_add(1, SeqCst);
        }
    }
}

/// A sender fills the network with the version that is in force, and all that was sent behind a change has to
/// show that one: data that the kernel had in hand when it came, and data that it moved behind it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_in_the_middle_holds_for_all_that_comes_behind_it() {
    const SWITCHES: u8 = 100;
    let rig = Rig::with(|builder| builder.buffer(CHUNK)).await;
    let (client, server) = rig.pair().await;
    let [mut client, mut server] = [client, server].map(|stream| {
        let stream = stream.into_std().expect("a stream");
        stream.set_nonblocking(false).expect("a stream");
        stream
    });
    let (seen, is_over) = (Arc::new(Seen::new()), Arc::new(AtomicBool::new(false)));
    let sender = thread::spawn({
        let (seen, is_over) = (seen.clone(), is_over.clone());
        move || {
            while !is_over.load(SeqCst) {
                client
                    .write_all(&vec![seen.version.load(SeqCst); 256 << 10])
                    .expect("it takes them");
            }
        }
    });
    let receiver = thread::spawn({
        let seen = seen.clone();
        move || {
            let mut buffer = vec![0; 256 << 10];
            while let Ok(length @ 1..) = server.read(&mut buffer) {
                seen.count(&buffer[..length]);
            }
        }
    });
    let switching = tokio::task::spawn_blocking(move || {
        let (before, mut most) = (pipes(), 0);
        for switch in 1..=SWITCHES {
            let until = Instant::now() + SOON;
            while seen.right.load(SeqCst) < CHUNK / SAMPLE {
                assert!(Instant::now() < until, "nothing comes in version {switch}");
                most = most.max(pipes());
            }
            let version = seen.version.load(SeqCst);
            assert_eq!(seen.wrong[usize::from(version)].load(SeqCst), 0, "before switch {switch}");
            let faults = (switch % 2 == 1).then(|| Custom::new("mark", |_| Marking));
            rig.gate.to_server().set(faults).expect("a fault");
            let version = switch % MARK;
            seen.wrong[usize::from(version)].store(0, SeqCst);
            seen.version.store(version, SeqCst);
            seen.right.store(0, SeqCst);
        }
        // Where little came at a time, it has yet to find that there is much.
        let until = Instant::now() + SOON;
        while most == before {
            assert!(Instant::now() < until, "the kernel moves nothing");
            most = pipes();
        }
        is_over.store(true, SeqCst);
    });
    switching.await.expect("all is right");
    for peer in [sender, receiver] {
        tokio::task::spawn_blocking(move || peer.join().expect("it ends")).await.expect("it ends");
    }
}

/// Moves enough for the kernel to move what comes next.
async fn carry_bulk(sender: &mut TcpStream, receiver: &mut TcpStream) {
    let chunk = vec![1; CHUNK];
    for _ in 0..8 {
        let (sent, _) = tokio::join!(soon(sender.write_all(&chunk)), read(receiver, CHUNK));
        sent.expect("it takes them");
    }
}

#[tokio::test]
async fn a_reset_behind_bulk_data_is_a_reset_in_both_directions() {
    let rig = Rig::new().await;
    for is_by_client in [true, false] {
        for _ in 0..10 {
            let (client, server) = rig.pair().await;
            let (mut near, mut far) =
                if is_by_client { (client, server) } else { (server, client) };
            carry_bulk(&mut near, &mut far).await;
            reset(near);
            let (rest, error) = read_all(&mut far).await;
            assert_eq!((rest.len(), error), (0, Some(ErrorKind::ConnectionReset)));
            rig.gate.wait_for_no_connections(SOON).await.expect("it has ended");
        }
    }
}
