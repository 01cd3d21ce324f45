//! Traffic that tells which faults were in force when it was sent.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::time::Instant;

use chaosgate::{Fault, Outbox, Segment};

/// A fault that knows its version, and looks at what it is given.
pub(crate) struct Checking {
    pub(crate) version: u64,
    pub(crate) found: Arc<Found>,
}

#[derive(Default)]
pub(crate) struct Found {
    pub(crate) bytes: AtomicU64,
    /// Words that were sent when later faults were in force already.
    pub(crate) violations: AtomicU64,
}

impl Fault for Checking {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        if let Segment::Data(bytes) = &segment {
            self.found.bytes.fetch_add(bytes.len() as u64, SeqCst);
            let starts = bytes.windows(8).filter(|window| window[0] & 0x80 != 0);
            let late = starts.filter(|word| version_of(word) > self.version).count();
            self.found.violations.fetch_add(late as u64, SeqCst);
        }
        out.push(segment, now);
    }
}

/// The version of the faults that is in force, as its sender knew it: eight bytes, of which only
/// the first has its high bit set, so that it is found in any cut of the stream.
fn word(version: u64) -> [u8; 8] {
    let mut bytes = [0; 8];
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::try_from(version >> (7 * place) & 0x7f).expect("seven bits");
    }
    bytes[0] |= 0x80;
    bytes
}

fn version_of(word: &[u8]) -> u64 {
    word.iter().rev().fold(0, |version, byte| version << 7 | u64::from(byte & 0x7f))
}

/// Writes the version in force until it is over, and gives the number of bytes.
///
/// With `arrived` it waits for each word to have arrived, so that it is as new as can be when the
/// gate reads it; otherwise it writes as much as the gate takes.
pub(crate) fn send(
    mut client: TcpStream,
    version: &AtomicU64,
    is_over: &AtomicBool,
    arrived: Option<&mpsc::Receiver<()>>,
) -> u64 {
    let mut sent = 0;
    while !is_over.load(SeqCst) {
        client.write_all(&word(version.load(SeqCst))).expect("the gate is there");
        sent += 8;
        if let Some(arrived) = arrived {
            arrived.recv().expect("the receiver is there");
        }
    }
    sent
}

/// Reads words to the end of the stream, and gives the number of bytes.
pub(crate) fn receive(server: TcpStream, arrived: &mpsc::Sender<()>) -> u64 {
    let mut server = io::BufReader::new(server);
    let (mut received, mut last, mut bytes) = (0, 0, [0; 8]);
    while server.read_exact(&mut bytes).is_ok() {
        let version = version_of(&bytes);
        assert_eq!(bytes, word(version), "after {received} bytes a word is not whole");
        assert!(version >= last, "version {version} came after {last}");
        last = version;
        received += 8;
        // Not every sender wants to know.
        let _ = arrived.send(());
    }
    received
}
