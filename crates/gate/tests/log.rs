//! What a subscriber of the log meets, who is told on the gate's own thread: when it is told of
//! something, the gate has got so far, and holds no lock.

mod support;
#[path = "udp/rig.rs"]
#[allow(dead_code, reason = "each test binary uses a part of it")]
mod udp_rig;

use std::cell::RefCell;
use std::fmt;
use std::sync::Once;
use std::sync::mpsc::{Receiver, Sender, channel};

use chaosgate::{Accepting, AnyGate, How, Stall, Totals};
use support::{Rig, SOON, soon};
use tokio::net::TcpStream;
use tracing::field::{Field, Visit};
use tracing::{Metadata, Subscriber, span};

type Hear = Box<dyn Fn(&str)>;

thread_local! {
    /// Who hears what this thread tells the log.
    static HEARS: RefCell<Option<Hear>> = const { RefCell::new(None) };
}

/// Has `hear` told what this thread tells the log from now on.
fn hearing(hear: impl Fn(&str) + 'static) {
    // One subscriber for all tests: whether one of a thread is asked depends on those of others.
    static ALL: Once = Once::new();
    ALL.call_once(|| tracing::subscriber::set_global_default(Ear).expect("the first"));
    HEARS.set(Some(Box::new(hear)));
}

struct Ear;

impl Subscriber for Ear {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "chaosgate"
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut message = Message::default();
        event.record(&mut message);
        HEARS.with_borrow(|hears| {
            if let Some(hear) = hears {
                hear(&message.0);
            }
        });
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

/// What the gate shows in the moment in which the log is told.
#[derive(Debug, PartialEq, Eq)]
struct Moment {
    accepted: u64,
    connected: u64,
    connections: usize,
    /// Whether the gate's events have what the log is told.
    is_remembered: bool,
}

impl Moment {
    fn of(gate: &AnyGate, line: &str) -> Self {
        let Totals { accepted, connected, .. } = gate.totals();
        let told = gate.events().iter().any(|event| event.to_string() == line);
        Moment { accepted, connected, connections: gate.connection_count(), is_remembered: told }
    }
}

/// The moments of a gate in which the log is told something, with what it is told.
fn moments(gate: &AnyGate) -> Receiver<(String, Moment)> {
    let (sender, moments) = channel();
    let gate = gate.clone();
    hearing(move |line| {
        let what = line.splitn(3, ' ').nth(2).unwrap_or_default().to_owned();
        sender.send((what, Moment::of(&gate, line))).expect("the test listens");
    });
    moments
}

/// That the gate has counted a connection's coming and going before it tells of it.
fn assert_counted(moments: &Receiver<(String, Moment)>) {
    let expected = [("accepted", 1, 0, 0), ("connected", 1, 1, 1), ("closed", 1, 1, 0)];
    let mut moments = moments.try_iter();
    for (word, accepted, connected, connections) in expected {
        let (what, moment) = moments.next().expect("one more");
        assert!(what.starts_with(word), "{what}");
        let expected = Moment { accepted, connected, connections, is_remembered: true };
        assert_eq!(moment, expected, "{what}");
    }
}

#[tokio::test]
async fn who_is_told_of_a_connection_finds_it_counted_and_of_its_end_does_not_find_it_any_more() {
    let Rig { gate, server } = Rig::new().await;
    let moments = moments(&gate);
    let client = TcpStream::connect(gate.address()).await.expect("a gate");
    drop((client, soon(server.accept()).await));
    soon(gate.wait_closed()).await;
    assert_counted(&moments);
}

#[tokio::test]
async fn who_is_told_of_datagrams_finds_their_connection_counted_too() {
    let udp_rig::Rig { gate, server } = udp_rig::Rig::new().await;
    let moments = moments(&gate);
    let client = udp_rig::client_of(gate.address()).await;
    client.send(b"hello").await.expect("it takes data");
    assert_eq!(udp_rig::receive(&server).await, b"hello");
    gate.close_connections(How::Fin);
    soon(gate.wait_closed()).await;
    assert_counted(&moments);
}

/// Whether the gate remembers something of which the line begins so.
fn remembers(gate: &AnyGate, word: &str) -> bool {
    gate.events().iter().any(|event| event.what.to_string().starts_with(word))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_finds_a_connection_counted_or_gone_finds_the_event_too() {
    for _ in 0..100 {
        let Rig { gate, server } = Rig::new().await;
        let client = TcpStream::connect(gate.address()).await.expect("a gate");
        gate.wait_for_connections(1, SOON).await.expect("it is counted");
        assert!(remembers(&gate, "connected"));
        drop((client, soon(server.accept()).await));
        gate.wait_for_no_connections(SOON).await.expect("it has ended");
        assert!(remembers(&gate, "closed"));
    }
}

/// Has the gate asked for what its locks are for, whenever the log is told something, by a thread
/// that has none of them. Gives whether it was answered.
fn asking(gate: &AnyGate) -> Receiver<(String, bool)> {
    let (sender, answers) = channel();
    let gate = gate.clone();
    hearing(move |line| {
        let (done, answered) = channel();
        let asking = gate.clone();
        std::thread::spawn(move || ask(&asking, &done));
        let is_answered = answered.recv_timeout(SOON / 4).is_ok();
        sender.send((line.to_owned(), is_answered)).expect("the test listens");
    });
    answers
}

fn ask(gate: &AnyGate, done: &Sender<()>) {
    gate.connections();
    gate.events();
    gate.is_running();
    gate.both().pass();
    let _ = done.send(());
}

#[tokio::test]
async fn no_lock_of_the_gate_is_held_while_the_log_is_told() {
    let Rig { gate, server } = Rig::new().await;
    let answers = asking(&gate);
    gate.both().set([Stall {}]).expect("a list");
    gate.set_accepting(Accepting::Hold).expect("a way");
    gate.heal().expect("the way of before");
    let client = TcpStream::connect(gate.address()).await.expect("a gate");
    drop((client, soon(server.accept()).await));
    soon(gate.wait_closed()).await;
    gate.stop();
    let (answered, not): (Vec<_>, Vec<_>) = answers.try_iter().partition(|(_, is)| *is);
    assert!(not.is_empty(), "{not:?}");
    assert_eq!(answered.len(), 7, "{answered:?}");
}
