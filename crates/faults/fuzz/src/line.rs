//! One direction of one connection: what its peer sends, and what comes out.

use std::time::Instant;

use chaosgate_faults::{Chain, Direction, Duplex, FaultList, Origin, Segment, Sink, Transport};

use crate::bound::Bound;
use crate::effect::Effects;
use crate::traffic::{self, Traffic};

/// The two sockets of a direction.
#[derive(Debug)]
pub(crate) struct Line {
    direction: Direction,
    transport: Transport,
    traffic: Box<dyn Traffic>,
    effects: Effects,
    bound: Bound,
    sink: Sink,
    /// How the peer has ended its stream.
    end: Option<Segment>,
    /// Its reset shows also while nobody reads.
    shows_reset: bool,
    told_of_waiting: bool,
    /// How the stream has ended for the other peer.
    end_come_out: Option<Segment>,
    /// A fault of the other direction has a part on this one, and counts there what it does here.
    has_beside: bool,
}

impl Line {
    pub(crate) fn new(direction: Direction, origin: &Origin) -> Self {
        Line {
            direction,
            transport: origin.transport,
            traffic: traffic::over(origin.transport),
            effects: Effects::of_nothing(origin.transport),
            bound: Bound::new(origin.buffer),
            sink: Sink::Open,
            end: None,
            shows_reset: false,
            told_of_waiting: false,
            end_come_out: None,
            has_beside: false,
        }
    }

    pub(crate) fn sink(&self) -> Sink {
        self.sink
    }

    pub(crate) fn effects_mut(&mut self) -> &mut Effects {
        &mut self.effects
    }

    pub(crate) fn effects(&self) -> &Effects {
        &self.effects
    }

    pub(crate) fn send(&mut self, length: usize) {
        if self.end.is_none() {
            self.traffic.send(length);
        }
    }

    /// The peer ends its stream; datagrams have no end.
    pub(crate) fn end(&mut self, end: Segment) {
        if self.transport == Transport::Stream {
            self.end.get_or_insert(end);
        }
    }

    /// The peer resets the connection, whatever it has done before. What nobody has read is lost.
    pub(crate) fn reset(&mut self) {
        if self.transport == Transport::Stream {
            self.traffic.lose_unread();
            self.end = Some(Segment::Reset);
            self.shows_reset = true;
        }
    }

    pub(crate) fn was_reset(&self) -> bool {
        self.end == Some(Segment::Reset)
    }

    /// A socket takes any datagram.
    pub(crate) fn set_sink(&mut self, sink: Sink) {
        if self.transport == Transport::Stream {
            self.sink = sink;
        }
    }

    /// It meets other faults.
    pub(crate) fn meet(&mut self, list: &FaultList) {
        self.has_beside |= !list.opposite().is_empty();
        self.bound.meet(list);
        self.told_of_waiting = false;
    }

    /// Checks what comes out, which is nothing once the end has. `may_end`: the peer has ended its
    /// stream, or a fault has closed the connection.
    pub(crate) fn come_out(&mut self, segment: Segment, may_end: bool) {
        assert_eq!(self.sink, Sink::Open, "{segment:?} came out into a closed sink");
        assert_eq!(self.end_come_out, None, "{segment:?} came out behind the end");
        match segment {
            Segment::Data(bytes) => self.traffic.come_out(&bytes, &self.effects),
            end => {
                assert!(may_end, "{end:?} came out of nowhere");
                self.end_come_out = Some(end);
            }
        }
    }

    /// Reads what there is room for, or says that it waits; whether there may be more to do.
    pub(crate) fn read(&mut self, duplex: &mut Duplex, now: Instant) -> bool {
        if duplex.end().is_some() {
            return false;
        }
        let way = self.direction;
        if duplex.has_ended(way) {
            return self.show_reset(duplex);
        }
        match self.transport {
            Transport::Stream => self.read_stream(duplex, now),
            Transport::Datagram => self.receive(duplex, now),
        }
    }

    fn read_stream(&mut self, duplex: &mut Duplex, now: Instant) -> bool {
        let (way, room) = (self.direction, duplex.room(self.direction));
        let is_waiting = self.traffic.is_waiting();
        if room == 0 {
            let is_news = is_waiting && !std::mem::replace(&mut self.told_of_waiting, is_waiting);
            if is_news {
                duplex.on_wait(way, now);
            }
            return self.show_reset(duplex) || is_news;
        }
        if is_waiting {
            self.told_of_waiting = false;
            let bytes = self.traffic.read(room);
            if duplex.passes(way) && self.sink == Sink::Open {
                duplex.note_passed(way, bytes.len());
                self.come_out(Segment::Data(bytes), false);
            } else {
                duplex.take(way, Segment::Data(bytes), now);
            }
            return true;
        }
        let Some(end) = self.end.clone() else { return false };
        duplex.take(way, end, now);
        true
    }

    /// Receives all that has come. What finds no room is lost.
    fn receive(&mut self, duplex: &mut Duplex, now: Instant) -> bool {
        if !self.traffic.is_waiting() {
            return false;
        }
        if duplex.takes_datagrams(self.direction) {
            let datagram = self.traffic.read(usize::MAX);
            duplex.take(self.direction, Segment::Data(datagram), now);
        } else {
            self.traffic.lose_unread();
        }
        true
    }

    /// A reset is noticed while nobody reads; whether that has ended anything.
    fn show_reset(&mut self, duplex: &mut Duplex) -> bool {
        self.shows_reset && duplex.on_reset(self.direction)
    }

    /// Nothing is lost, and no more is held than may be.
    pub(crate) fn check(&self, duplex: &Duplex) {
        let chain = duplex.chain(self.direction);
        let held = chain.map_or(0, Chain::held_bytes);
        let is_closed = duplex.closing().is_some() || duplex.end().is_some();
        self.traffic.check(held, &self.effects, is_closed || self.has_beside);
        if let Some(chain) = chain {
            self.bound.check(chain, self.traffic.longest());
        }
    }

    /// All has come out, and then the end that the peer has sent.
    pub(crate) fn check_complete(&self) {
        self.traffic.check_complete();
        assert_eq!(self.end_come_out, self.end, "the end that came out, and that of the peer");
    }

    /// Something has been sent that nobody has read.
    pub(crate) fn is_waiting(&self) -> bool {
        self.traffic.is_waiting()
    }

    /// How much there was to do.
    pub(crate) fn work(&self) -> usize {
        self.traffic.work()
    }
}
