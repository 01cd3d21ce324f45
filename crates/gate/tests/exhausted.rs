//! A process without descriptors to spare. On its own in this file, since the limit is that of the
//! process.
#![cfg(target_os = "linux")]

mod support;

use std::fs::File;
use std::os::fd::AsRawFd;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chaosgate::{Accepting, AcceptingError, BacklogError, Blackhole, ClosedBy, Event, What};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use socket2::{Domain, Socket, Type};
use support::{Rig, SOON, read, soon};
use tokio::io::AsyncWriteExt;
use tokio::sync::broadcast;

/// Runs one test at a time, with the runtime that it needs descriptors for: the limit is that of
/// all.
fn alone(test: impl Future<Output = ()>) {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().expect("descriptors").block_on(test);
}

/// A limit on descriptors that allows no new one, while this lives.
struct NoDescriptors(Rlimit);

impl NoDescriptors {
    fn begin() -> Self {
        let before = getrlimit(Resource::Nofile);
        // Not 0: a poll of one descriptor would be beyond that.
        setrlimit(Resource::Nofile, Rlimit { current: Some(1), ..before }).unwrap();
        NoDescriptors(before)
    }
}

impl Drop for NoDescriptors {
    fn drop(&mut self) {
        setrlimit(Resource::Nofile, self.0).unwrap();
    }
}

/// All descriptors are taken, while this lives: there are those that somebody gives back, and no other.
struct Full {
    before: Rlimit,
    _taken: Vec<File>,
}

impl Full {
    fn begin() -> Self {
        Full::but_for(0)
    }

    /// So many more are there.
    fn but_for(free: u64) -> Self {
        let before = getrlimit(Resource::Nofile);
        let one = || File::open("/dev/null").unwrap();
        let number = |file: &File| u64::try_from(file.as_raw_fd()).unwrap();
        // Into all gaps below the highest that is open.
        let open = std::fs::read_dir("/proc/self/fd").unwrap();
        let open = open.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let highest: u64 = open.map(|name| name.parse().unwrap()).max().unwrap();
        let mut taken = vec![one()];
        while number(&taken[taken.len() - 1]) < highest {
            taken.push(one());
        }
        let limit = number(&taken[taken.len() - 1]) + 1 + free;
        setrlimit(Resource::Nofile, Rlimit { current: Some(limit), ..before }).unwrap();
        Full { before, _taken: taken }
    }
}

impl Drop for Full {
    fn drop(&mut self) {
        setrlimit(Resource::Nofile, self.before).unwrap();
    }
}

/// Calls without descriptors to spare.
fn without_descriptors<T>(call: impl FnOnce() -> T) -> T {
    let _none = NoDescriptors::begin();
    call()
}

/// A client's socket that needs no descriptor any more to connect.
fn unconnected() -> Socket {
    Socket::new(Domain::IPV4, Type::STREAM, None).unwrap()
}

/// The next event of a client that came, or could not be taken.
async fn next(events: &mut broadcast::Receiver<Event>) -> What {
    loop {
        let what = soon(events.recv()).await.unwrap().what;
        if matches!(what, What::Accepted { .. } | What::AcceptFailed { .. }) {
            return what;
        }
    }
}

#[test]
fn that_nobody_can_be_accepted_is_told_once_until_somebody_is() {
    alone(told_once());
}

async fn told_once() {
    let rig = Rig::new().await;
    let mut events = rig.gate.subscribe();
    for _ in 0..2 {
        let client = unconnected();
        let none = NoDescriptors::begin();
        client.connect(&rig.gate.address().into()).unwrap();
        let What::AcceptFailed { reason } = next(&mut events).await else { panic!("accepted") };
        assert_eq!(reason, "Too many open files (os error 24)");
        // Of the gate's clock this is the time for 100 more tries.
        tokio::time::pause();
        tokio::time::sleep(Duration::from_secs(5)).await;
        tokio::time::resume();
        drop(none);
        let What::Accepted { .. } = next(&mut events).await else { panic!("told once more") };
    }
}

#[test]
fn a_way_of_accepting_that_cannot_be_had_is_an_error_that_changes_nothing() {
    alone(change_in_vain());
}

async fn change_in_vain() {
    let rig = Rig::new().await;
    let address = rig.gate.address();
    for from in [Accepting::Accept, Accepting::Hold, Accepting::Mute] {
        rig.gate.set_accepting(from).unwrap();
        let set = without_descriptors(|| rig.gate.set_accepting(Accepting::Timeout));
        let error = set.expect_err("it takes a descriptor");
        assert_eq!(
            error.to_string(),
            format!(
                "cannot change from {from} to timeout: the queue of {address} cannot be kept \
                 full: Too many open files (os error 24)"
            )
        );
        let AcceptingError::Timeout { source: BacklogError::System(_), .. } = error else {
            panic!("{error}")
        };
        assert_eq!(rig.gate.accepting(), from);
        let client = soon(rig.client()).await;
        rig.gate.set_accepting(Accepting::Refuse).unwrap();
        rig.gate.set_accepting(Accepting::Accept).unwrap();
        drop(client);
    }
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"as before").await.unwrap();
    assert_eq!(read(&mut server, 9).await, b"as before");
}

#[test]
fn of_clients_that_have_left_through_a_blackhole_the_oldest_goes_when_descriptors_are_short() {
    alone(left_through_a_blackhole());
}

/// A client that connects, asks and gives up, again and again, would take two descriptors each time.
async fn left_through_a_blackhole() {
    let rig = Rig::new().await;
    rig.gate.both().set([Blackhole::default()]).unwrap();
    let (stays, at_server) = rig.pair().await;
    let mut ends = Vec::new();
    for _ in 0..4 {
        let (mut client, server) = rig.pair().await;
        client.write_all(b"anybody there?").await.unwrap();
        ends.push(server);
    }
    let late: Vec<_> = (0..2).map(|_| unconnected()).collect();
    let mut events = rig.gate.subscribe();
    let _none_left = Full::begin();
    for client in &late {
        client.connect(&rig.gate.address().into()).unwrap();
        assert!(matches!(next(&mut events).await, What::AcceptFailed { .. }));
        let What::Accepted { .. } = next(&mut events).await else { panic!("there is room") };
    }
    let closed = rig.gate.events().into_iter().filter_map(|event| match event.what {
        What::Closed { by: ClosedBy::Shortage, .. } => event.connection,
        _ => None,
    });
    let closed: Vec<_> = closed.collect();
    assert_eq!(closed.first(), Some(&2), "the oldest that has left, not the one that stays");
    assert!(!closed.contains(&1));
    drop((stays, at_server));
}

#[test]
fn a_client_whose_dial_would_take_what_is_left_to_others_waits_and_none_is_accepted_in_vain() {
    alone(left_to_others());
}

async fn left_to_others() {
    const LEFT: u64 = 4;
    let rig = Rig::with(|builder| builder.leave_descriptors(LEFT)).await;
    let clients: Vec<_> = (0..12).map(|_| unconnected()).collect();
    let mut events = rig.gate.subscribe();
    // For two clients with a dial each, and one descriptor more.
    let none = Full::but_for(LEFT + 5);
    for client in &clients {
        client.connect(&rig.gate.address().into()).unwrap();
    }
    while !matches!(next(&mut events).await, What::AcceptFailed { .. }) {}
    soon(rig.gate.wait_for_connections(2, SOON)).await.unwrap();
    let totals = rig.gate.totals();
    assert_eq!((totals.accepted, totals.dial_failures), (2, 0));
    drop(none);
    soon(rig.gate.wait_for_connections(12, SOON)).await.unwrap();
    assert_eq!(rig.gate.totals().dial_failures, 0);
}
