//! Both directions of one connection.

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use bytes::Bytes;

use super::moment::millis_of;
use super::{Line, NO_FAULTS, epoch, ms};
use crate::{
    Chain, Direction, Duplex, End, EndedBy, EntrySpec, FaultList, Origin, PerDirection, Segment,
    Sink, Transport,
};

/// A connection whose time goes on when it is told, with both its directions and both its ends.
///
/// A token is `MILLISECONDS:>DATA` for what comes from the client and goes to the server, and
/// `MILLISECONDS:<DATA` for what comes from the server; `FIN` and `RST` are the two ends of a
/// stream. What comes in and finds no room waits, as it would in a socket; a reset that comes while
/// nobody reads is noticed all the same, and what waits before it is lost, as it is there.
///
/// ```
/// use chaosgate_faults::LimitBytes;
/// use chaosgate_faults::virtual_time::{Connection, NO_FAULTS};
///
/// let mut connection = Connection::new([LimitBytes::new(3)], NO_FAULTS);
/// connection.feed("0:>ab 5:<answer 10:>cd 20:<more");
/// assert_eq!(connection.finish(), "0:>ab 5:<answer 10:>c 10:>FIN 10:<FIN");
/// assert_eq!(connection.ended(), "fin by limit_bytes to_server");
/// ```
#[derive(Debug)]
pub struct Connection {
    transport: Transport,
    duplex: Duplex,
    lists: PerDirection<FaultList>,
    /// Those that it has met.
    met: PerDirection<FaultList>,
    now: Instant,
    /// What is still to come, by its moment.
    coming: PerDirection<VecDeque<(Instant, Segment)>>,
    output: Vec<(Instant, Direction, Segment)>,
    hits: PerDirection<BTreeMap<String, u64>>,
    sinks: PerDirection<Sink>,
}

impl Connection {
    /// A connection that has just been made, with these faults to the server and to the client, and
    /// the seed 0.
    ///
    /// # Panics
    ///
    /// When two faults of a direction have one name.
    pub fn new<S: Into<EntrySpec>, C: Into<EntrySpec>>(
        to_server: impl IntoIterator<Item = S>,
        to_client: impl IntoIterator<Item = C>,
    ) -> Self {
        let mut connection = Connection::with_origin(|_| ());
        connection.set(Direction::ToServer, to_server);
        connection.set(Direction::ToClient, to_client);
        connection
    }

    /// One without faults, with another seed, transport, connection number or buffer.
    pub fn with_origin(change: impl FnOnce(&mut Origin)) -> Self {
        let mut origin = None;
        Line::with_origin(NO_FAULTS, |given| {
            change(given);
            origin = Some(given.clone());
        });
        let origin = origin.unwrap_or_else(|| unreachable!("the line gives its origin"));
        Connection {
            transport: origin.transport,
            duplex: Duplex::new(&origin, origin.connected),
            lists: PerDirection::from_fn(|_| FaultList::new(origin.transport)),
            met: PerDirection::from_fn(|_| FaultList::new(origin.transport)),
            now: origin.connected,
            coming: PerDirection::default(),
            output: Vec::new(),
            hits: PerDirection::default(),
            sinks: PerDirection { to_server: Sink::Open, to_client: Sink::Open },
        }
    }

    /// Lets `input` come at its moments, behind what was fed before.
    ///
    /// # Panics
    ///
    /// When the input is not written as it should be.
    pub fn feed(&mut self, input: &str) {
        for token in input.split_whitespace() {
            let (at, what) = token.split_once(':').expect("a token is MILLISECONDS:>DATA");
            let at = epoch() + ms(at.parse().expect("a token begins with milliseconds"));
            let (direction, what) = match what.split_at_checked(1) {
                Some((">", what)) => (Direction::ToServer, what),
                Some(("<", what)) => (Direction::ToClient, what),
                _ => panic!("a direction is > or <, not in {token}"),
            };
            self.send(
                at,
                direction,
                match what {
                    "FIN" => Segment::Fin,
                    "RST" => Segment::Reset,
                    data => Segment::Data(Bytes::copy_from_slice(data.as_bytes())),
                },
            );
        }
    }

    /// Lets one segment come at a moment.
    pub fn send(&mut self, at: Instant, direction: Direction, segment: Segment) {
        self.coming[direction].push_back((at, segment));
    }

    /// Replaces the faults of a direction now.
    ///
    /// # Panics
    ///
    /// When two faults have one name.
    pub fn set<S: Into<EntrySpec>>(
        &mut self,
        direction: Direction,
        faults: impl IntoIterator<Item = S>,
    ) {
        self.note_set(direction, faults);
        self.look();
    }

    /// The same at so many milliseconds, when all before that has happened.
    ///
    /// # Panics
    ///
    /// When two faults have one name.
    pub fn set_at<S: Into<EntrySpec>>(
        &mut self,
        millis: u64,
        direction: Direction,
        faults: impl IntoIterator<Item = S>,
    ) {
        self.advance_to(millis);
        self.set(direction, faults);
    }

    /// The same, but nobody looks before the next moment at which something happens: neither at
    /// these faults nor at what was due before.
    ///
    /// # Panics
    ///
    /// When two faults have one name.
    pub fn set_unseen_at<S: Into<EntrySpec>>(
        &mut self,
        millis: u64,
        direction: Direction,
        faults: impl IntoIterator<Item = S>,
    ) {
        self.skip_to(millis);
        self.note_set(direction, faults);
    }

    fn note_set<S: Into<EntrySpec>>(
        &mut self,
        direction: Direction,
        faults: impl IntoIterator<Item = S>,
    ) {
        let specs = faults.into_iter().map(Into::into);
        let (list, other) = self.lists.both_mut(direction);
        let changed = list.replaced(specs, self.now).expect("a list that can be");
        *list = changed.beside(other);
        let beside = other.clone().beside(list);
        if !beside.is_same(other) {
            *other = beside;
        }
    }

    /// Stops delivering what comes out in a direction, or goes on with it.
    pub fn set_sink(&mut self, direction: Direction, sink: Sink) {
        self.sinks[direction] = sink;
        self.settle();
    }

    /// Lets time go on to so many milliseconds.
    pub fn advance_to(&mut self, millis: u64) {
        self.advance(epoch() + ms(millis));
    }

    /// Lets time go on to so many milliseconds without a look at what is due before: a task that is
    /// late. Something else, such as [`look`](Connection::look), has it look then.
    pub fn skip_to(&mut self, millis: u64) {
        self.now = self.now.max(epoch() + ms(millis));
    }

    /// Looks at the faults, and at what is due.
    pub fn look(&mut self) {
        // In the order in which they were set: what happens on one direction may end both.
        let mut lists: Vec<_> = self.lists.iter().collect();
        lists.sort_by_key(|(_, list)| list.since());
        for (direction, list) in lists {
            // Only a list that is another one is a switch: what came on both sides of one is not
            // joined.
            if !list.is_same(&self.met[direction]) {
                self.duplex.switch(direction, list, self.now);
                self.met[direction] = list.clone();
            }
        }
        self.settle();
    }

    /// Lets time go on until nothing more will happen, and gives all that came out.
    pub fn finish(&mut self) -> String {
        while let Some(next) = self.next_moment() {
            self.advance(next);
        }
        self.output()
    }

    /// What has come out so far, in both directions.
    pub fn output(&self) -> String {
        let tokens = self.output.iter().map(|(at, direction, segment)| {
            let millis = millis_of(*at);
            let way = match direction {
                Direction::ToServer => '>',
                Direction::ToClient => '<',
            };
            match segment {
                Segment::Data(bytes) => format!("{millis}:{way}{}", String::from_utf8_lossy(bytes)),
                Segment::Fin => format!("{millis}:{way}FIN"),
                Segment::Reset => format!("{millis}:{way}RST"),
            }
        });
        tokens.collect::<Vec<_>>().join(" ")
    }

    /// The same as segments, with their moments.
    pub fn delivered(&self) -> &[(Instant, Direction, Segment)] {
        &self.output
    }

    /// How the connection has ended, such as `reset by the client`; `open` if it has not.
    pub fn ended(&self) -> String {
        let Some(End { by, how, .. }) = self.duplex.end() else { return "open".to_owned() };
        match by {
            EndedBy::Source(Direction::ToServer) => format!("{how} by the client"),
            EndedBy::Source(Direction::ToClient) => format!("{how} by the server"),
            EndedBy::Fault { direction, name } => format!("{how} by {name} {direction}"),
        }
    }

    /// The hits of the entry of this name.
    pub fn hits(&self, direction: Direction, name: &str) -> u64 {
        self.hits[direction].get(name).copied().unwrap_or(0)
    }

    /// The connection itself.
    pub fn duplex(&self) -> &Duplex {
        &self.duplex
    }

    /// The present, in whole milliseconds.
    pub fn now_ms(&self) -> u64 {
        u64::try_from((self.now - epoch()).as_millis()).unwrap_or(u64::MAX)
    }

    /// When something will next happen, if ever.
    fn next_moment(&self) -> Option<Instant> {
        if self.duplex.end().is_some() {
            return None;
        }
        let coming = self.coming.iter().filter_map(|(direction, coming)| {
            let is_read = self.duplex.room(direction) > 0;
            let chain = self.duplex.chain(direction);
            let is_overtaken = chain.is_none_or(Chain::lets_reset_overtake);
            let is_noticed = |(at, segment): &&(Instant, Segment)| {
                is_read || *at > self.now || is_overtaken && *segment == Segment::Reset
            };
            let (at, _) = coming.iter().find(is_noticed)?;
            (!self.duplex.has_ended(direction)).then(|| (*at).max(self.now))
        });
        let due = self.duplex.deadline(self.now, self.sinks);
        coming.chain(due).min()
    }

    fn advance(&mut self, to: Instant) {
        while let Some(next) = self.next_moment().filter(|next| *next <= to) {
            self.now = self.now.max(next);
            self.look();
        }
        self.now = self.now.max(to);
        self.look();
    }

    /// Takes in and gives out all that it can at this moment.
    fn settle(&mut self) {
        loop {
            while let Some((direction, segment)) = self.duplex.next(self.now, self.sinks) {
                self.output.push((self.now, direction, segment));
            }
            if !Direction::BOTH.into_iter().any(|direction| self.take_in(direction)) {
                break;
            }
        }
        for direction in Direction::BOTH {
            let hits = &mut self.hits[direction];
            self.duplex.report(direction, |entry, tally| {
                *hits.entry(entry.name().to_owned()).or_default() += tally.hits;
            });
        }
    }

    /// Takes in what comes next in a direction, if it has come and there is room for it.
    fn take_in(&mut self, direction: Direction) -> bool {
        let (now, coming) = (self.now, &mut self.coming[direction]);
        let is_over = self.duplex.end().is_some() || self.duplex.has_ended(direction);
        let Some((at, segment)) = coming.front_mut().filter(|_| !is_over) else { return false };
        if *at > now {
            return false;
        }
        let room = self.duplex.room(direction);
        if room == 0 {
            if segment.is_data() {
                self.duplex.on_wait(direction, now);
            }
            let is_reset =
                |(at, segment): &(Instant, Segment)| *at <= now && *segment == Segment::Reset;
            let has_overtaken = coming.iter().any(is_reset) && self.duplex.on_reset(direction);
            if has_overtaken {
                coming.clear();
            }
            return has_overtaken;
        }
        let segment = match segment {
            Segment::Data(bytes) if bytes.len() > room && self.transport == Transport::Stream => {
                Segment::Data(bytes.split_to(room))
            }
            _ => coming.pop_front().map_or(Segment::Fin, |(_, segment)| segment),
        };
        self.duplex.take(direction, segment, now);
        true
    }
}
