//! Many connections with random faults and random peers. What follows from the bytes alone is compared
//! with virtual time; of all others it is said that they end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use chaosgate::{Direction, How, Segment};
use chaosgate_faults::virtual_time::{Connection, NO_FAULTS, epoch, ms};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::peer::{Peer, Seen};
use crate::plan::{NAMES, Step, any_list, counting_list, one_of, steps, written};
use crate::support::{Rig, SOON, numbered, soon};

/// Connections that are under way at the same time, each at a gate of its own.
const AT_ONCE: usize = 32;

/// Has so many connections come and go.
async fn come_and_go(connections: u64) {
    let next = Arc::new(AtomicU64::new(0));
    let mut gates = JoinSet::new();
    for _ in 0..AT_ONCE {
        let next = next.clone();
        gates.spawn(async move {
            let rig = Rig::new().await;
            loop {
                let number = next.fetch_add(1, Relaxed);
                match number {
                    _ if number >= connections => return,
                    _ if number.is_multiple_of(2) => Counted::run(&rig, number).await,
                    _ => end_somehow(&rig, number).await,
                }
            }
        });
    }
    while let Some(gate) = gates.join_next().await {
        gate.unwrap();
    }
}

/// A connection whose faults count bytes: step by step, its peers see what virtual time says.
struct Counted<'a> {
    rig: &'a Rig,
    model: Connection,
    millis: u64,
    client: Peer,
    server: Peer,
    /// What goes one way is a part of this.
    bytes: Vec<u8>,
    sent: [usize; 2],
    /// What of that is to be read.
    taken: [u64; 2],
    /// What the gate had received before.
    before: [u64; 2],
}

impl Counted<'_> {
    async fn run(rig: &Rig, number: u64) {
        let mut dice = StdRng::seed_from_u64(number);
        let [to_server, to_client] = [(); 2].map(|()| counting_list(&mut dice));
        let steps = steps(&mut dice);
        let what = format!("{}, {}, {steps:?}", written(&to_server), written(&to_client));
        let what = format!("connection {number}: {what}");
        rig.gate.to_server().set(to_server.clone()).unwrap();
        rig.gate.to_client().set(to_client.clone()).unwrap();
        let before = received(rig);
        let (client, server) = rig.pair().await;
        let mut it = Counted {
            rig,
            model: Connection::new(to_server, to_client),
            millis: 0,
            client: Peer::new(client),
            server: Peer::new(server),
            bytes: numbered(4_000),
            sent: [0; 2],
            taken: [0; 2],
            before,
        };
        for (place, step) in steps.into_iter().enumerate() {
            it.take(step).await;
            it.settle(&format!("step {place} of {what}")).await;
        }
        it.rig.gate.heal().unwrap();
        for direction in Direction::BOTH {
            it.model.set(direction, NO_FAULTS);
        }
        it.settle(&what).await;
        assert_ne!(it.model.ended(), "open", "{what}");
        rig.gate.wait_for_no_connections(SOON).await.expect(&what);
        drop(it);
        soon(rig.gate.wait_closed()).await;
    }

    async fn take(&mut self, step: Step) {
        if self.model.ended() != "open" {
            return;
        }
        self.millis += 10;
        let at = epoch() + ms(self.millis);
        match step {
            Step::Send(direction, length) => {
                let sent = &mut self.sent[direction as usize];
                let bytes = self.bytes[*sent..*sent + length].to_vec();
                *sent += length;
                if self.model.duplex().room(direction) > 0 {
                    self.taken[direction as usize] += length as u64;
                }
                let peer = source(direction, &mut self.client, &mut self.server);
                peer.send(&bytes).await;
                self.model.send(at, direction, Segment::Data(bytes.into()));
            }
            Step::End(direction, how) => {
                let end = if how == How::Fin { Segment::Fin } else { Segment::Reset };
                source(direction, &mut self.client, &mut self.server).end(how).await;
                self.model.send(at, direction, end);
            }
            Step::Set(direction, list) => {
                let faults = match direction {
                    Direction::ToServer => self.rig.gate.to_server(),
                    Direction::ToClient => self.rig.gate.to_client(),
                };
                faults.set(list.clone()).unwrap();
                self.model.set_at(self.millis, direction, list);
            }
        }
        self.model.advance_to(self.millis);
    }

    /// Waits until the peers have seen what they should, and the gate has taken what was sent.
    async fn settle(&mut self, what: &str) {
        for direction in Direction::BOTH {
            let wanted = self.wanted(direction);
            let peer = source(direction.opposite(), &mut self.client, &mut self.server);
            let read = tokio::time::timeout(SOON, peer.read_until(&wanted)).await;
            assert!(read.is_ok(), "{direction}: {:?}, not {wanted:?} in {what}", peer.seen);
            if peer.looks() && peer.seen != wanted {
                for e in self.rig.gate.events().iter().rev().take(12) {
                    eprintln!("{e:?}");
                }
                eprintln!("{} {}", self.model.output(), self.model.ended());
            }
            if peer.looks() {
                assert_eq!(peer.seen, wanted, "{direction} of {what}");
            }
        }
        let (rig, before, taken, hits) = (self.rig, self.before, self.taken, self.hits());
        let is_read = |direction: Direction| {
            let place = direction as usize;
            received(rig)[place] - before[place] >= taken[place]
        };
        // An end that a fault keeps shows in its hits alone.
        let is_hit = || rig.gate.connections().first().is_none_or(|one| one.hits >= hits);
        let settled = async {
            while !(Direction::BOTH.into_iter().all(is_read) && is_hit()) {
                tokio::task::yield_now().await;
            }
        };
        let is_settled = tokio::time::timeout(SOON, settled).await.is_ok();
        let shown = rig.gate.connections();
        assert!(is_settled, "not {taken:?} bytes and {hits} hits but {shown:?} in {what}");
    }

    fn hits(&self) -> u64 {
        let of = |direction| NAMES.map(|name| self.model.hits(direction, name)).iter().sum::<u64>();
        Direction::BOTH.into_iter().map(of).sum()
    }

    /// What the peer is to have seen to which this direction goes.
    fn wanted(&self, direction: Direction) -> Seen {
        let mut seen = Seen::default();
        for (_, way, segment) in self.model.delivered() {
            match segment {
                _ if *way != direction => {}
                Segment::Data(bytes) => seen.bytes.extend_from_slice(bytes),
                Segment::Fin => seen.end = Some(How::Fin),
                Segment::Reset => {}
            }
        }
        if self.model.ended().starts_with("reset") {
            seen.end.get_or_insert(How::Reset);
        }
        seen
    }
}

fn source<'a>(direction: Direction, client: &'a mut Peer, server: &'a mut Peer) -> &'a mut Peer {
    match direction {
        Direction::ToServer => client,
        Direction::ToClient => server,
    }
}

fn received(rig: &Rig) -> [u64; 2] {
    let totals = rig.gate.totals();
    [totals.to_server.received, totals.to_client.received]
}

/// A connection with any faults, whose peers send and end as they like: it ends once they have, and
/// the gate is healed.
async fn end_somehow(rig: &Rig, number: u64) {
    let mut dice = StdRng::seed_from_u64(number);
    let [to_server, to_client, later] = [(); 3].map(|()| any_list(&mut dice));
    let what = [&to_server, &to_client, &later].map(|list| written(list));
    let what = format!("connection {number}: {what:?}");
    rig.gate.to_server().set(to_server).unwrap();
    rig.gate.to_client().set(to_client).unwrap();
    let client = TcpStream::connect(rig.gate.address()).await;
    let (server, _) = soon(rig.server.accept()).await.unwrap();
    let act = async |mut peer: Peer, mut dice: StdRng| {
        for _ in 0..dice.random_range(0..5) {
            peer.send(&vec![1; dice.random_range(1..2_000)]).await;
            for _ in 0..dice.random_range(0..5) {
                tokio::task::yield_now().await;
            }
        }
        peer.end(one_of(&mut dice, [How::Fin, How::Fin, How::Reset])).await;
        peer
    };
    // A fault may have reset it before it was done.
    let client = client.map_or_else(|_| Peer::gone(), Peer::new);
    let server = Peer::new(server);
    let [one, other] = [(); 2].map(|()| StdRng::seed_from_u64(dice.random()));
    let change = async {
        for _ in 0..dice.random_range(0..5) {
            tokio::task::yield_now().await;
        }
        let faults = one_of(&mut dice, [rig.gate.to_server(), rig.gate.to_client()]);
        faults.set(later).unwrap();
    };
    let (client, server, ()) = tokio::join!(act(client, one), act(server, other), change);
    rig.gate.heal().unwrap();
    rig.gate.wait_for_no_connections(SOON).await.expect(&what);
    drop((client, server));
    let closed = tokio::time::timeout(SOON, rig.gate.wait_closed()).await;
    assert!(closed.is_ok(), "a task is left of {what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_500_connections_with_any_faults_none_hangs_and_each_shows_what_virtual_time_says() {
    come_and_go(500).await;
}

#[tokio::test]
#[ignore = "full: 5,000 connections"]
async fn of_5_000_connections_on_one_thread_none_hangs_and_each_shows_what_virtual_time_says() {
    come_and_go(5_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "full: 50,000 connections"]
async fn of_50_000_connections_with_any_faults_none_hangs_and_each_shows_what_virtual_time_says() {
    come_and_go(50_000).await;
}

#[tokio::test]
async fn debug_one() {
    let rig = Rig::new().await;
    let n: u64 = std::env::var("N").unwrap().parse().unwrap();
    Counted::run(&rig, n).await;
}
