//! In which order things happen on a connection.

use std::time::Instant;

use super::{Direction, Duplex, PerDirection, Segment, Sink};
use crate::chain::Event;

/// After so many events other connections get their turn: the next look goes on at once.
const TURN: usize = 2048;

/// Something that happens on one direction.
#[derive(Debug, Clone, Copy)]
struct Next {
    at: Instant,
    direction: Direction,
    event: Event,
    /// The end of its stream comes out.
    is_end: bool,
}

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
        for _ in 0..TURN {
            if self.end.is_some() {
                return None;
            }
            let next = self.next_event(now, sinks).filter(|next| next.at <= now);
            if self.is_to_cut(next) {
                self.cut();
                continue;
            }
            let Some(next) = next else {
                if let Some(end) = self.next_ending(sinks) {
                    return Some(end);
                }
                break;
            };
            let out = self.carry_out(next);
            if let Some(segment) = out
                && self.end.is_none()
                && self.note_delivered(next.direction, &segment)
            {
                return Some((next.direction, segment));
            }
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
        if self.end.is_some() {
            return None;
        }
        let is_ending = self.halves.iter().any(|(way, half)| half.is_ending(sinks[way]));
        let ending = (is_ending || self.to_be_cut.is_some()).then_some(now);
        let next = self.next_event(now, sinks).map(|next| next.at);
        [ending, next, self.gives_up_at()].into_iter().flatten().min()
    }

    /// Carries out all that happens up to that moment; nothing comes out.
    pub(super) fn run_until(&mut self, to: Instant) {
        let sinks = PerDirection { to_server: Sink::Blocked, to_client: Sink::Blocked };
        while self.end.is_none() {
            let next = self.next_event(to, sinks).filter(|next| next.at <= to);
            if self.is_to_cut(next) {
                self.cut();
            } else if let Some(next) = next {
                self.carry_out(next);
            } else {
                break;
            }
        }
    }

    fn carry_out(&mut self, next: Next) -> Option<Segment> {
        let chain = self.halves[next.direction].chain.as_mut()?;
        let out = chain.carry_out(next.at, next.event);
        self.note_closing(next.direction, next.at);
        out
    }

    /// The earliest event. Of one moment, ends of streams come last: a reset in the other direction is
    /// not to be swallowed by a FIN.
    fn next_event(&self, now: Instant, sinks: PerDirection<Sink>) -> Option<Next> {
        let mut next: Option<Next> = None;
        for (direction, half) in self.halves.iter() {
            let Some(chain) = half.chain.as_ref().filter(|_| !half.is_at_rest()) else { continue };
            let Some((at, event)) = chain.next_event(now, sinks[direction]) else { continue };
            let is_end = event == Event::Delivery && chain.delivers_end();
            if next.is_none_or(|next| (at, is_end) < (next.at, next.is_end)) {
                next = Some(Next { at, direction, event, is_end });
            }
        }
        next
    }

    /// Whether the other direction is to be told of a close now, before what comes next: all else has
    /// happened that happens in that moment.
    fn is_to_cut(&self, next: Option<Next>) -> bool {
        let is_later = |moment: Instant| next.is_none_or(|next| next.is_end || next.at > moment);
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
