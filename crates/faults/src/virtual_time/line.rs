//! One direction of one connection.

use std::collections::{BTreeMap, VecDeque};
use std::task::Waker;
use std::time::Instant;

use bytes::Bytes;

use super::moment::millis_of;
use super::{epoch, ms};
use crate::{
    Chain, Direction, EntrySpec, FaultList, Origin, Segment, Series, Sink, Tally, Transport,
};

/// A chain whose time goes on when it is told: one direction of one connection.
///
/// What comes in and finds no room waits, as it would in a socket.
#[derive(Debug)]
pub struct Line {
    transport: Transport,
    chain: Chain,
    list: FaultList,
    now: Instant,
    /// What is still to come, by its moment.
    coming: VecDeque<(Instant, Segment)>,
    output: Vec<(Instant, Segment)>,
    tallies: BTreeMap<String, Tally>,
    sink: Sink,
}

impl Line {
    /// A connection that has just been made, with these faults and the seed 0.
    ///
    /// # Panics
    ///
    /// When two faults have one name.
    pub fn new<S: Into<EntrySpec>>(faults: impl IntoIterator<Item = S>) -> Self {
        Line::with_origin(faults, |_origin| ())
    }

    /// The same for datagrams.
    ///
    /// # Panics
    ///
    /// When two faults have one name, or one does not suit datagrams.
    pub fn datagrams<S: Into<EntrySpec>>(faults: impl IntoIterator<Item = S>) -> Self {
        Line::with_origin(faults, |origin| origin.transport = Transport::Datagram)
    }

    /// The same, with another seed, connection number or buffer.
    ///
    /// # Panics
    ///
    /// When two faults have one name.
    pub fn with_origin<S: Into<EntrySpec>>(
        faults: impl IntoIterator<Item = S>,
        change: impl FnOnce(&mut Origin),
    ) -> Self {
        let mut origin = Origin {
            series: Series::default(),
            connection: 1,
            client: ([10, 0, 0, 1], 40_000).into(),
            direction: Direction::ToServer,
            connected: epoch(),
            offset: 0,
            transport: Transport::Stream,
            buffer: 64 << 20,
            waker: Waker::noop().clone(),
        };
        change(&mut origin);
        let transport = origin.transport;
        let list = FaultList::new(transport);
        let mut line = Line {
            transport,
            chain: Chain::new(origin, epoch()),
            list,
            now: epoch(),
            coming: VecDeque::new(),
            output: Vec::new(),
            tallies: BTreeMap::new(),
            sink: Sink::Open,
        };
        line.set(faults);
        line
    }

    /// Lets `input` come at its moments, behind what was fed before.
    ///
    /// # Panics
    ///
    /// When the input is not written as it should be.
    pub fn feed(&mut self, input: &str) {
        for token in input.split_whitespace() {
            let (at, what) = token.split_once(':').expect("a token is MILLISECONDS:DATA");
            let at = epoch() + ms(at.parse().expect("a token begins with milliseconds"));
            self.send(
                at,
                match what {
                    "FIN" => Segment::Fin,
                    "RST" => Segment::Reset,
                    data => Segment::Data(Bytes::copy_from_slice(data.as_bytes())),
                },
            );
        }
    }

    /// Lets one segment come at a moment.
    pub fn send(&mut self, at: Instant, segment: Segment) {
        self.coming.push_back((at, segment));
    }

    /// Lets one segment come now.
    pub fn send_now(&mut self, segment: Segment) {
        self.send(self.now, segment);
    }

    /// Replaces the faults at so many milliseconds, when all before that has happened.
    ///
    /// # Panics
    ///
    /// When two faults have one name.
    pub fn set_at<S: Into<EntrySpec>>(&mut self, millis: u64, faults: impl IntoIterator<Item = S>) {
        self.advance_to(millis);
        self.set(faults);
    }

    /// Replaces the faults now.
    ///
    /// # Panics
    ///
    /// When two faults have one name.
    pub fn set<S: Into<EntrySpec>>(&mut self, faults: impl IntoIterator<Item = S>) {
        let specs = faults.into_iter().map(Into::into);
        let list = self.list.replaced(specs, self.now).expect("a list that can be");
        self.set_list(list);
    }

    /// Makes this list its faults now.
    pub fn set_list(&mut self, list: FaultList) {
        self.list = list;
        self.chain.switch(&self.list, self.now);
        self.settle();
    }

    /// Stops delivering what comes out, or goes on with it.
    pub fn set_sink(&mut self, sink: Sink) {
        self.sink = sink;
        self.settle();
    }

    /// Lets time go on to so many milliseconds.
    pub fn advance_to(&mut self, millis: u64) {
        self.advance(epoch() + ms(millis));
    }

    /// Lets time go on until nothing more will happen, and gives all that came out.
    pub fn finish(&mut self) -> String {
        while let Some(next) = self.next_moment() {
            self.advance(next);
        }
        self.output()
    }

    /// What has come out so far.
    pub fn output(&self) -> String {
        let tokens = self.output.iter().map(|(at, segment)| {
            let millis = millis_of(*at);
            match segment {
                Segment::Data(bytes) => format!("{millis}:{}", String::from_utf8_lossy(bytes)),
                Segment::Fin => format!("{millis}:FIN"),
                Segment::Reset => format!("{millis}:RST"),
            }
        });
        tokens.collect::<Vec<_>>().join(" ")
    }

    /// The same as segments, with their moments.
    pub fn delivered(&self) -> &[(Instant, Segment)] {
        &self.output
    }

    /// The data of all that came out.
    pub fn bytes(&self) -> Vec<u8> {
        let data = self.output.iter().filter_map(|(_, segment)| match segment {
            Segment::Data(bytes) => Some(bytes.as_ref()),
            Segment::Fin | Segment::Reset => None,
        });
        data.collect::<Vec<_>>().concat()
    }

    /// The hits of the entry of this name.
    pub fn hits(&self, name: &str) -> u64 {
        self.tally(name).hits
    }

    /// The payload bytes that the entry of this name has discarded.
    pub fn lost(&self, name: &str) -> u64 {
        self.tally(name).lost
    }

    fn tally(&self, name: &str) -> Tally {
        self.tallies.get(name).copied().unwrap_or_default()
    }

    /// The hits of all entries.
    pub fn all_hits(&self) -> u64 {
        self.tallies.values().map(|tally| tally.hits).sum()
    }

    /// The chain itself.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// The present, in whole milliseconds.
    pub fn now_ms(&self) -> u64 {
        u64::try_from((self.now - epoch()).as_millis()).unwrap_or(u64::MAX)
    }

    /// When something will next happen, if ever.
    pub(super) fn next_moment(&self) -> Option<Instant> {
        let coming = self.coming.front().filter(|(at, _)| self.chain.room() > 0 || *at > self.now);
        let coming = coming.map(|(at, _)| (*at).max(self.now));
        let due = self.chain.deadline(self.now, self.sink);
        coming.into_iter().chain(due).min().filter(|_| !self.is_over())
    }

    fn is_over(&self) -> bool {
        let at_once = |closed: &crate::Closed| closed.closing == crate::Closing::AtOnce;
        self.chain.closed().is_some_and(at_once)
    }

    /// Lets time go on to a moment before which nothing happens.
    pub(super) fn skip_to(&mut self, to: Instant) {
        self.now = self.now.max(to);
    }

    pub(super) fn advance(&mut self, to: Instant) {
        while let Some(next) = self.next_moment().filter(|next| *next <= to) {
            self.skip_to(next);
            self.settle();
        }
        self.skip_to(to);
        self.settle();
    }

    /// Takes in and gives out all that it can at this moment.
    fn settle(&mut self) {
        loop {
            while let Some(segment) = self.chain.poll(self.now, self.sink) {
                self.output.push((self.now, segment));
            }
            let closed = self.chain.closed().is_some();
            let Some((at, segment)) = self.coming.front_mut() else { break };
            if *at > self.now || closed {
                break;
            }
            let room = self.chain.room();
            match segment {
                _ if room == 0 => {
                    if segment.is_data() {
                        self.chain.on_wait(self.now);
                    }
                    break;
                }
                Segment::Data(bytes)
                    if bytes.len() > room && self.transport == Transport::Stream =>
                {
                    let part = bytes.split_to(room);
                    self.chain.push(Segment::Data(part), self.now);
                }
                _ => {
                    let (_, segment) = self.coming.pop_front().expect("there is a front");
                    self.chain.push(segment, self.now);
                }
            }
        }
        let tallies = &mut self.tallies;
        self.chain.report(|entry, tally| {
            tallies.entry(entry.name().to_owned()).or_default().add(tally);
        });
    }
}
