//! One direction of a connection.

use std::time::Instant;

use crate::{Chain, FaultList, Origin, Segment, Sink};

/// One direction of a connection.
#[derive(Debug)]
pub(super) struct Half {
    pub(super) origin: Origin,
    /// `None`: there is nothing to do, and traffic passes without one.
    pub(super) chain: Option<Box<Chain>>,
    /// No chain begins before this.
    clock: Instant,
    /// The bytes of the stream so far.
    pub(super) received: u64,
    pub(super) source: Source,
    /// The end of stream that follows all that is under way, beside the chain.
    pub(super) ending: Option<Segment>,
    /// Its end has come out, or nothing more will.
    pub(super) is_done: bool,
    /// It is in other hands.
    pub(super) is_away: bool,
}

/// How a direction stands to its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// It may be read.
    Open,
    /// It has ended its stream.
    Ended,
    /// The other direction has closed the connection.
    Cut,
}

impl Half {
    pub(super) fn new(origin: Origin, now: Instant) -> Self {
        Half {
            origin,
            chain: None,
            clock: now,
            received: 0,
            source: Source::Open,
            ending: None,
            is_done: false,
            is_away: false,
        }
    }

    /// The chain, which begins at `now` if there is none.
    pub(super) fn chain_at(&mut self, now: Instant) -> &mut Chain {
        let (origin, received, now) = (&self.origin, self.received, now.max(self.clock));
        self.chain.get_or_insert_with(|| {
            Box::new(Chain::new(Origin { offset: received, ..origin.clone() }, now))
        })
    }

    /// From when on a list holds that is seen at `now`.
    pub(super) fn moment_of(&self, list: &FaultList, now: Instant) -> Instant {
        match &self.chain {
            Some(chain) => chain.moment_of(list, now),
            None => list.since().map_or(now, |since| since.min(now)).max(self.clock),
        }
    }

    /// Lets go of a chain that has nothing to do.
    pub(super) fn drop_empty_chain(&mut self) {
        if let Some(chain) = self.chain.take_if(|chain| chain.is_empty()) {
            self.clock = chain.clock();
        }
    }

    /// Whether nothing happens on it: it is in other hands, or over.
    pub(super) fn is_at_rest(&self) -> bool {
        self.is_away || self.source == Source::Cut && self.is_done
    }

    /// Whether its end follows now.
    pub(super) fn is_ending(&self, sink: Sink) -> bool {
        self.ending.is_some()
            && sink == Sink::Open
            && self.chain.as_ref().is_none_or(|chain| chain.charge() == 0)
    }

    /// The connection is closed in order by the other direction: what is under way comes at once,
    /// and the end of stream behind it.
    pub(super) fn finish(&mut self) {
        self.cut();
        if let Some(chain) = &mut self.chain {
            chain.let_go();
        }
        self.ending = (!self.is_done).then_some(Segment::Fin);
    }

    /// The connection is reset by the other direction: what is under way is lost.
    pub(super) fn abandon(&mut self) {
        self.cut();
        if let Some(chain) = &mut self.chain {
            chain.discard();
        }
        self.ending = None;
        self.is_done = true;
    }

    fn cut(&mut self) {
        self.source = Source::Cut;
        self.is_away = false;
    }
}
