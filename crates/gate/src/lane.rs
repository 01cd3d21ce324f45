//! The two directions of a connection in a gate: the faults that each has been given, what is under
//! way, what it counts, and its share of the memory.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Waker;
use std::time::Instant;

use chaosgate_faults::{Direction, Duplex, Entry, Origin, PerDirection, Segment, Sink, Transport};

use crate::client::Client;
use crate::in_force::{InForce, Lists, Look, Version};
use crate::memory::Share;
use crate::shared::Shared;
use crate::traffic::Traffic;

/// Both directions of one connection, whatever its sockets are.
#[expect(clippy::struct_field_names, reason = "the lanes are what this has of its own")]
pub(crate) struct Lanes {
    /// What becomes of the traffic.
    pub(crate) duplex: Duplex,
    lanes: PerDirection<Lane>,
    transport: Transport,
    /// What a direction holds at most.
    buffer: usize,
    client: Arc<Client>,
}

/// One direction.
struct Lane {
    /// Its faults, shared by all connections of the gate.
    faults: Arc<InForce>,
    /// The version of them that has been met.
    seen: u64,
    /// Those that were in force when the connection was made, until it has met them.
    first: Option<Arc<Lists>>,
    memory: Share,
    traffic: Arc<Traffic>,
}

impl Lanes {
    /// Those of a connection that has just been made. From now on it will meet whatever is set, and
    /// before that the faults that are in force, when it [begins](Lanes::begin).
    pub(crate) fn new(shared: &Shared, client: &Arc<Client>) -> Self {
        let lanes = PerDirection::from_fn(|direction| {
            let faults = shared.faults.of(direction).clone();
            let first = faults.lists();
            client.note_seen(direction, first.number());
            Lane {
                seen: first.number(),
                first: Some(first),
                faults,
                memory: Share::of(&shared.memory),
                traffic: client.traffic(direction).clone(),
            }
        });
        let duplex = Duplex::new(&origin(shared, client), Instant::now());
        let (transport, buffer) = (shared.transport, shared.settings.buffer);
        Lanes { duplex, lanes, transport, buffer, client: client.clone() }
    }

    /// Meets the first faults. From here on, code of faults runs.
    pub(crate) fn begin(&mut self) {
        for (direction, lane) in self.lanes.iter_mut() {
            if let Some(first) = lane.first.take() {
                self.duplex.switch(direction, first.list(), Instant::now());
            }
        }
    }

    /// Looks at a direction's faults, and meets those that are others than before.
    pub(crate) fn look(&mut self, direction: Direction) {
        let lane = &self.lanes[direction];
        // A look at the same list counts no reference. It is over before a fault's code runs.
        let look = lane.faults.look();
        if look.number() != lane.seen {
            let new = look.since(lane.seen);
            drop(look);
            self.meet_all(direction, new);
        }
    }

    /// Looks at a direction's faults before a read; `None` if they are others than before. The
    /// look is to last until the read is over: no call that lends the direction returns before.
    pub(crate) fn look_before_read(&self, direction: Direction) -> Option<Look> {
        let lane = &self.lanes[direction];
        Some(lane.faults.look()).filter(|look| look.number() == lane.seen)
    }

    /// Looks at a direction's faults after a read. Gives whether what was read is to be taken: if there are
    /// others and they are not met any more, since the connection is over, it goes with that.
    ///
    /// It is this look that decides how what was read is treated, which is why a byte that comes
    /// after a change has returned never meets the old faults.
    #[must_use]
    pub(crate) fn look_after_read(&mut self, direction: Direction) -> bool {
        let lane = &self.lanes[direction];
        let look = lane.faults.look();
        if look.number() != lane.seen {
            let new = look.since_for_what_was_read(lane.seen);
            drop(look);
            return self.meet_all(direction, new);
        }
        true
    }

    /// Makes these the faults of a direction, unless later ones have been met. Gives whether what came with
    /// them is to be taken, as [`look_after_read`](Lanes::look_after_read) does.
    pub(crate) fn meet(&mut self, direction: Direction, lists: &Lists) -> bool {
        let seen = self.lanes[direction].seen;
        lists.number() <= seen || self.meet_all(direction, lists.since(seen))
    }

    /// Has a direction meet these versions, and the other one what it has missed, in the order in which
    /// they were set: what happens on one may end both. Gives whether it is not over.
    fn meet_all(&mut self, direction: Direction, versions: Vec<Version>) -> bool {
        if versions.is_empty() {
            return true;
        }
        let other = direction.opposite();
        let missed = self.missed(other);
        // Behind both looks, so that none of these was set behind the end.
        if self.is_over() {
            return false;
        }
        let now = Instant::now();
        let mut all: Vec<_> = versions.into_iter().map(|version| (direction, version)).collect();
        all.extend(missed.into_iter().map(|version| (other, version)));
        all.sort_by_key(|(_, version)| version.list.since());
        for (direction, version) in all {
            self.duplex.switch(direction, &version.list, now);
            self.lanes[direction].seen = version.number;
            self.client.note_seen(direction, version.number);
        }
        true
    }

    /// Whether somebody has ended the connection. Its task may be in the middle of something, and meets
    /// no faults any more that were set behind that: they would let pass what is to be discarded.
    pub(crate) fn is_over(&self) -> bool {
        self.client.is_ending()
    }

    /// What a direction has yet to meet. One that is in other hands meets nothing, and of datagrams each
    /// brings the faults that it is to meet.
    fn missed(&self, direction: Direction) -> Vec<Version> {
        let lane = &self.lanes[direction];
        if self.transport == Transport::Datagram || self.duplex.is_away(direction) {
            return Vec::new();
        }
        lane.faults.look().since(lane.seen)
    }

    /// The version of a direction's faults that has been met.
    pub(crate) fn seen(&self, direction: Direction) -> u64 {
        self.lanes[direction].seen
    }

    /// Whether this entry is one of a direction's faults now, whichever have been met.
    pub(crate) fn is_in_force(&self, direction: Direction, entry: &Entry) -> bool {
        self.lanes[direction].faults.has(entry)
    }

    /// How many bytes of a direction may be read now, of at most so many. With none for want of
    /// memory, the task is woken when there is some.
    pub(crate) fn room(&self, direction: Direction, most: usize, waker: &Waker) -> usize {
        let most = most.min(self.buffer);
        let (room, memory) = (self.duplex.room(direction).min(most), &self.lanes[direction].memory);
        if room == 0 || memory.has_plenty() || self.duplex.passes(direction) && !memory.is_full() {
            return room;
        }
        match memory.grant(room) {
            0 => {
                memory.wait(waker);
                memory.grant(room)
            }
            granted => granted,
        }
    }

    /// Whether so much memory is left that nobody has to ask for it.
    pub(crate) fn has_plenty(&self, direction: Direction) -> bool {
        self.lanes[direction].memory.has_plenty()
    }

    /// So many bytes have been written on at once.
    pub(crate) fn note_passed(&mut self, direction: Direction, bytes: usize) {
        self.lanes[direction].traffic.count(bytes);
        self.duplex.note_passed(direction, bytes);
    }

    /// Takes in what a read has brought.
    pub(crate) fn take(&mut self, direction: Direction, segment: Segment) {
        if segment.is_data() {
            self.lanes[direction].traffic.count(segment.len());
        }
        self.duplex.take(direction, segment, Instant::now());
    }

    /// Takes in a datagram that came at `now`, if there is room for it.
    pub(crate) fn take_datagram(&mut self, direction: Direction, datagram: Segment, now: Instant) {
        let lane = &self.lanes[direction];
        lane.traffic.count(datagram.len());
        let is_short = lane.memory.is_full() && self.duplex.charge(direction) > 0;
        if is_short || !self.duplex.takes_datagrams(direction) {
            lane.traffic.dropped.fetch_add(1, Relaxed);
        } else {
            self.duplex.take(direction, datagram, now);
            self.account(direction, 0);
        }
    }

    /// When it is to be looked at though nothing happens on a socket.
    pub(crate) fn deadline(&self, sinks: PerDirection<Sink>) -> Option<Instant> {
        if !self.duplex.is_at_work() {
            return None;
        }
        self.duplex.deadline(Instant::now(), sinks)
    }

    /// Tells the client, and the gate's events, of what the faults have done since the last call.
    pub(crate) fn report(&mut self, shared: &Shared) {
        let (duplex, client) = (&mut self.duplex, &self.client);
        for direction in Direction::BOTH {
            duplex.report(direction, |entry, tally| {
                shared.note_tally(client, direction, entry, tally);
            });
        }
    }

    /// Brings what a direction counts for up to date; `beside` is what is held outside of it.
    pub(crate) fn account(&self, direction: Direction, beside: usize) {
        self.lanes[direction].memory.set(beside + self.duplex.charge(direction));
    }

    /// What a direction counts.
    pub(crate) fn traffic(&self, direction: Direction) -> &Arc<Traffic> {
        &self.lanes[direction].traffic
    }
}

/// What the faults are told of a connection.
fn origin(shared: &Shared, client: &Arc<Client>) -> Origin {
    Origin {
        series: client.series.clone(),
        connection: client.number,
        client: client.address,
        transport: shared.transport,
        direction: Direction::ToServer,
        connected: client.accepted,
        offset: 0,
        // What a fault makes more of is bounded by the chain alone, which is to hold no more than
        // the gate may.
        buffer: shared.settings.buffer.min(shared.memory.limit()),
        waker: Waker::from(client.clone()),
    }
}
