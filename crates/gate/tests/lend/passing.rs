//! A borrower that passes on what waits.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};

use chaosgate::{EntrySpec, Loan, Notice, lend};
use rustix::event::{PollFd, PollFlags, poll};

/// Somebody outside who passes on what waits, with real system calls on a thread of its own.
pub(crate) struct Passing {
    sender: mpsc::Sender<Notice>,
    thread: JoinHandle<()>,
    /// The bytes that it has passed on.
    pub(crate) bytes: Arc<AtomicU64>,
}

/// The sockets of each connection, which are the same whoever borrows them.
pub(crate) type Sockets = Arc<Mutex<HashMap<u64, Arc<[TcpStream; 2]>>>>;

impl Passing {
    pub(crate) fn start(sockets: &Sockets) -> Self {
        let (sender, notices) = mpsc::channel();
        let bytes = Arc::new(AtomicU64::new(0));
        let (passed, sockets) = (bytes.clone(), sockets.clone());
        let thread = thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            for notice in notices {
                match notice {
                    Notice::Lent(loan) => {
                        if !loan.begin() {
                            continue;
                        }
                        let mut all = sockets.lock().expect("no other has failed");
                        let pair = all.entry(loan.connection()).or_insert_with(|| pair(&loan));
                        let pair = pair.clone();
                        drop(all);
                        let length = pass_on(&pair, &mut buffer).expect("both peers are there");
                        passed.fetch_add(length as u64, SeqCst);
                        loan.give_back();
                    }
                    Notice::Ended { connection, .. } => {
                        sockets.lock().expect("no other has failed").remove(&connection);
                    }
                    _ => {}
                }
            }
        });
        Passing { sender, thread, bytes }
    }

    pub(crate) fn fault(&self) -> EntrySpec {
        let sender = self.sender.clone();
        lend("outside", move |notice| drop(sender.send(notice))).into()
    }

    /// Ends when the last of its faults is gone.
    pub(crate) fn join(self) {
        drop(self.sender);
        self.thread.join().expect("it has not failed");
    }
}

fn pair(loan: &Loan) -> Arc<[TcpStream; 2]> {
    Arc::new([loan.source(), loan.sink()].map(|socket| socket.expect("a descriptor").into()))
}

/// Reads once what is there, and writes all of it.
fn pass_on(pair: &[TcpStream; 2], buffer: &mut [u8]) -> io::Result<usize> {
    let [mut source, mut sink] = pair.each_ref();
    let length = source.read(buffer)?;
    let mut rest = &buffer[..length];
    while !rest.is_empty() {
        match sink.write(rest) {
            Ok(written) => rest = &rest[written..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                poll(&mut [PollFd::new(sink, PollFlags::OUT)], None)?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}
