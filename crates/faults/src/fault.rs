//! What a fault is while it works.

use std::any::Any;
use std::sync::Arc;
use std::task::Waker;
use std::time::{Duration, Instant};

use crate::chance::Place;
use crate::shared_value::SharedValue;
use crate::units::ByteRate;
use crate::{Dice, Direction, Outbox, Segment, Transport};

/// How far ahead of its schedule a limited rate takes data in: the fault itself, and what stands
/// before it. What came too late is made up for by no more than that.
pub(crate) const AHEAD: Duration = Duration::from_millis(20);

/// A fault at work on one direction of one connection.
///
/// It decides and never waits: it is given a segment and the moment at which that segment got to
/// it, and puts segments into its [`Outbox`] with the moment each is due. The
/// [`Chain`](crate::Chain) sees to the rest: nothing leaves before it is due, and the segments of a
/// stream keep their order.
///
/// A fault that waits for somebody else (an answer from another thread) keeps the segment's place
/// in the outbox with [`Outbox::hold`], takes no more by [`room`](Fault::room), has the
/// [`Meeting::waker`] woken when the answer is there, and then wants to be called `now` by its
/// [`deadline`](Fault::deadline).
pub trait Fault: Send {
    /// Decides what becomes of `segment`, which got here at `now`.
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox);

    /// How many bytes it takes now, with `held` bytes still in its outbox; 0 while it takes
    /// nothing. Then what stands before it waits, and in the end the sender feels it. Data that is
    /// larger comes in parts.
    fn room(&self, held: usize) -> usize {
        let _ = held;
        usize::MAX
    }

    /// The rate at which it lets data through, if it limits that: what stands before it then reads
    /// ahead no more than that rate fills in the time it delays.
    fn rate(&self) -> Option<ByteRate> {
        None
    }

    /// When it wants to be called without a segment, if ever; `now` itself or earlier means at
    /// once. It is asked after every call, and whenever it has been woken, and is called at most
    /// every 0.1 ms.
    fn deadline(&self, now: Instant) -> Option<Instant> {
        let _ = now;
        None
    }

    /// The moment of its [`deadline`](Fault::deadline) has come.
    fn on_deadline(&mut self, now: Instant, out: &mut Outbox) {
        let _ = (now, out);
    }

    /// Data waits that it has no room for. Called once, until it takes a segment again.
    fn on_wait(&mut self, now: Instant, out: &mut Outbox) {
        let _ = (now, out);
    }

    /// All that was due has left, and something is still held: a fault that lets go of what it holds
    /// bit by bit goes on here.
    fn on_drained(&mut self, now: Instant, out: &mut Outbox) {
        let _ = (now, out);
    }

    /// The connection's memory is full, and nothing is under way but what is held: nobody is given
    /// more until some of it has gone on. Called once, until it takes a segment again; a fault that
    /// waits for more data lets go of what it has.
    fn on_full(&mut self, now: Instant, out: &mut Outbox) {
        let _ = (now, out);
    }

    /// It is being removed, and gets no segment any more. What is in the outbox goes on at once; a
    /// fault that leaves something held here stays to release it.
    fn on_removal(&mut self, now: Instant, out: &mut Outbox) {
        out.release(now);
    }

    /// The same, but its entry stays, and its fault is made anew: it has been changed, or stands in
    /// another place while this holds something.
    fn on_update(&mut self, now: Instant, out: &mut Outbox) {
        self.on_removal(now, out);
    }

    /// The connection is being closed from the other direction: what it lets go of still arrives, and
    /// nothing else comes.
    fn on_cut(&mut self, now: Instant, out: &mut Outbox) {
        self.on_update(now, out);
    }

    /// Whether a reset that overtakes everything gets past it.
    fn lets_reset_overtake(&self) -> bool {
        true
    }
}

/// What a fault is told when it meets one direction of a connection.
#[derive(Debug, Clone)]
pub struct Meeting {
    /// The moment of the meeting.
    pub now: Instant,
    /// When the client was accepted.
    pub connected: Instant,
    /// The connection's number on its gate.
    pub connection: u64,
    /// What kind of traffic it is.
    pub transport: Transport,
    /// The direction on whose list the fault stands.
    pub direction: Direction,
    /// The seed of the draws; see [`Meeting::dice`].
    pub seed: u64,
    /// The connection's number for its draws.
    pub(crate) draws_as: u64,
    /// The entry's name.
    pub name: String,
    /// The bytes that the entry has been given on this connection before it was changed.
    pub taken: u64,
    /// The place in the stream of the first byte that it will be given: so many came into the
    /// direction before.
    pub offset: u64,
    /// Wakes the connection, so that the fault is asked for its deadline again.
    pub waker: Waker,
    /// When the entry was set.
    pub(crate) set_at: Instant,
    pub(crate) shared: Arc<SharedValue>,
}

impl Meeting {
    /// The fault's own generator: the same for the same seed, connection, direction and name.
    pub fn dice(&self) -> Dice {
        self.place().fault_dice()
    }

    /// What the entry's faults share on all connections of the gate, such as a budget. `make` makes it
    /// when the entry first meets a connection, and is given what the entry had before it was
    /// changed, if that was of this type. An entry shares one value.
    pub fn shared<T: Any + Send + Sync>(&self, make: impl Fn(Option<Arc<T>>) -> Arc<T>) -> Arc<T> {
        self.shared.get(make)
    }

    fn place(&self) -> Place<'_> {
        Place {
            seed: self.seed,
            connection: self.draws_as,
            direction: self.direction,
            name: &self.name,
        }
    }
}
