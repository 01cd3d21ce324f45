//! In which order things happen on a connection.

use std::time::Instant;

use super::{Direction, Duplex, PerDirection, Segment, Sink};
use crate::Chain;
use crate::chain::{EVENTS_PER_LOOK, Event};

/// Something that happens on one direction.
#[derive(Debug, Clone, Copy)]
struct Next {
    at: Instant,
    direction: Direction,
    event: Event,
}

/// What happens next in each direction, and when.
type Upcoming = PerDirection<Option<(Instant, Event)>>;

impl Duplex {
    /// Carries out what is due at `now` in both directions, and gives the next segment that is to
    /// be delivered. Call it until it gives `None`, and once more if the
    /// [`deadline`](Duplex::deadline) has come then: it gives way now and again. What a sink does not
    /// take waits, and clocks go on.
    pub fn next(
        &mut self,
        now: Instant,
        sinks: PerDirection<Sink>,
    ) -> Option<(Direction, Segment)> {
        if self.end.is_some() {
            return None;
        }
        let mut upcoming = self.upcoming(now, sinks);
        for _ in 0..EVENTS_PER_LOOK {
            let next = self.earliest(&upcoming).filter(|next| next.at <= now);
            if self.is_to_cut(next) {
                self.cut();
                upcoming = self.upcoming(now, sinks);
                continue;
            }
            let Some(next) = next else {
                if let Some(end) = self.next_ending(sinks) {
                    return Some(end);
                }
                break;
            };
            let out = self.carry_out(next, now).filter(|_| self.end.is_none());
            if let Some(segment) = out
                && self.note_delivered(next.direction, &segment)
            {
                return Some((next.direction, segment));
            }
            if self.end.is_some() {
                return None;
            }
            self.look_again(&mut upcoming, next.direction, now, sinks);
        }
        for (_, half) in self.halves.iter_mut() {
            half.drop_empty_chain();
        }
        self.give_up_if_stuck(now, sinks);
        None
    }

    /// When something will next happen, if ever: an earlier call to [`next`](Duplex::next) changes
    /// nothing. `now` is for faults that have been woken.
    pub fn deadline(&self, now: Instant, sinks: PerDirection<Sink>) -> Option<Instant> {
        if self.end.is_some() || !self.is_at_work() {
            return None;
        }
        let is_ending = self.halves.iter().any(|(way, half)| half.is_ending(sinks[way]));
        let ending = (is_ending || self.to_be_cut.is_some()).then_some(now);
        let next = self.upcoming(now, sinks);
        let [to_server, to_client] = Direction::BOTH.map(|way| next[way].map(|(at, _)| at));
        [ending, to_server, to_client, self.gives_up_at()].into_iter().flatten().min()
    }

    /// Carries out all that happens up to that moment; nothing comes out.
    pub(super) fn run_until(&mut self, to: Instant) {
        let sinks = PerDirection { to_server: Sink::Blocked, to_client: Sink::Blocked };
        while self.end.is_none() {
            let next = self.earliest(&self.upcoming(to, sinks)).filter(|next| next.at <= to);
            if self.is_to_cut(next) {
                self.cut();
            } else if let Some(next) = next {
                self.carry_out(next, to);
            } else {
                break;
            }
        }
    }

    fn carry_out(&mut self, next: Next, looked: Instant) -> Option<Segment> {
        let chain = self.halves[next.direction].chain.as_mut()?;
        let out = chain.carry_out(next.at, next.event, looked);
        self.note_closing(next.direction, next.at);
        self.tell(next.direction, next.at);
        out
    }

    fn upcoming(&self, now: Instant, sinks: PerDirection<Sink>) -> Upcoming {
        PerDirection {
            to_server: self.next_in(Direction::ToServer, now, sinks),
            to_client: self.next_in(Direction::ToClient, now, sinks),
        }
    }

    /// Something has happened in this direction. In the other one that may have changed what happens
    /// next only by a fault that has parts in both.
    fn look_again(
        &self,
        upcoming: &mut Upcoming,
        direction: Direction,
        now: Instant,
        sinks: PerDirection<Sink>,
    ) {
        upcoming[direction] = self.next_in(direction, now, sinks);
        let other = direction.opposite();
        if self.chain(other).is_some_and(Chain::heeds_others) {
            upcoming[other] = self.next_in(other, now, sinks);
        }
    }

    fn next_in(
        &self,
        direction: Direction,
        now: Instant,
        sinks: PerDirection<Sink>,
    ) -> Option<(Instant, Event)> {
        let half = &self.halves[direction];
        let chain = half.chain.as_ref().filter(|_| !half.is_at_rest())?;
        chain.next_event(now, sinks[direction])
    }

    /// The earliest event. Of one moment, ends of streams come last: a reset in the other direction is
    /// not to be swallowed by a FIN.
    #[inline]
    fn earliest(&self, upcoming: &Upcoming) -> Option<Next> {
        let next = |direction: Direction| {
            let (at, event) = upcoming[direction]?;
            Some(Next { at, direction, event })
        };
        match (next(Direction::ToServer), next(Direction::ToClient)) {
            (Some(one), Some(other)) => {
                let is_later = one.at > other.at
                    || one.at == other.at && self.is_end(one) && !self.is_end(other);
                Some(if is_later { other } else { one })
            }
            (one, other) => one.or(other),
        }
    }

    /// Whether that is the end of a stream, which comes out.
    fn is_end(&self, next: Next) -> bool {
        next.event == Event::Delivery && self.chain(next.direction).is_some_and(Chain::delivers_end)
    }

    /// Whether the other direction is to be told of a close now, before what comes next: all else has
    /// happened that happens in that moment.
    fn is_to_cut(&self, next: Option<Next>) -> bool {
        let is_later =
            |moment: Instant| next.is_none_or(|next| self.is_end(next) || next.at > moment);
        self.to_be_cut.is_some_and(is_later)
    }

    /// The end of a stream that follows beside its chain.
    fn next_ending(&mut self, sinks: PerDirection<Sink>) -> Option<(Direction, Segment)> {
        let ready = self.halves.iter().find(|(way, half)| half.is_ending(sinks[*way]));
        let direction = ready.map(|(direction, _)| direction)?;
        let end = self.halves[direction].ending.take()?;
        self.note_delivered(direction, &end);
        Some((direction, end))
    }
}
