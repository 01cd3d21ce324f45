//! A connection whose faults count bytes: step by step, its peers see what virtual time says.

use chaosgate::{Direction, How, Segment};
use chaosgate_faults::virtual_time::{Connection, NO_FAULTS, epoch, ms};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::peer::{Peer, Seen};
use crate::plan::{NAMES, Step, counting_list, steps, written};
use crate::support::{Rig, SOON, numbered, soon};

/// The connection, and what virtual time makes of it.
pub(crate) struct Counted<'a> {
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
    /// Has one come and go, all of whose decisions follow from this number.
    pub(crate) async fn run(rig: &Rig, number: u64) {
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
                let length = length as usize;
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
                self.rig.gate.faults(direction).set(list.clone()).unwrap();
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
