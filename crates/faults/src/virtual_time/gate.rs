//! Several connections of one gate.

use std::time::Instant;

use super::{Line, NO_FAULTS, epoch, ms};
use crate::{Direction, EntrySpec, FaultList, PerDirection, Transport};

/// A gate whose time goes on when it is told, with connections that have just been made: the first from
/// 10.0.0.1, the second from 10.0.0.2 and so on.
///
/// What its lines share, such as a budget, they share as in a real gate: each is looked at at every
/// moment at which something happens anywhere.
///
/// ```
/// use chaosgate_faults::virtual_time::Gate;
/// use chaosgate_faults::{Direction::ToServer, LimitBytes, Scope};
///
/// let mut gate = Gate::new(2);
/// gate.set(ToServer, [LimitBytes { scope: Scope::Gate, ..LimitBytes::new(3) }]);
/// gate.line(1, ToServer).feed("0:ab");
/// gate.line(2, ToServer).feed("5:cd");
/// gate.finish();
/// assert_eq!(gate.line(1, ToServer).output(), "0:ab 5:FIN");
/// assert_eq!(gate.line(2, ToServer).output(), "5:c 5:FIN");
/// ```
#[derive(Debug, Default)]
pub struct Gate {
    transport: Transport,
    lists: PerDirection<FaultList>,
    lines: Vec<PerDirection<Line>>,
    now: Option<Instant>,
}

impl Gate {
    /// A gate without faults, with so many connections. Their numbers begin with 1.
    pub fn new(connections: usize) -> Self {
        Gate::with(Transport::Stream, connections)
    }

    /// The same for datagrams.
    pub fn for_datagrams(connections: usize) -> Self {
        Gate::with(Transport::Datagram, connections)
    }

    fn with(transport: Transport, connections: usize) -> Self {
        let lists = PerDirection::from_fn(|_| FaultList::new(transport));
        let mut gate = Gate { transport, lists, ..Gate::default() };
        for _ in 0..connections {
            gate.connect();
        }
        gate
    }

    /// One more connection, made now, and its number.
    pub fn connect(&mut self) -> usize {
        let (number, now) = (self.lines.len() + 1, self.now());
        self.lines.push(PerDirection::from_fn(|direction| {
            let mut line = Line::with_origin(NO_FAULTS, |origin| {
                (origin.connection, origin.direction) = (number as u64, direction);
                origin.client.set_ip([10, 0, 0, u8::try_from(number).unwrap_or(u8::MAX)].into());
                (origin.connected, origin.transport) = (now, self.transport);
            });
            line.advance(now);
            line.set_list(self.lists[direction].clone());
            line
        }));
        number
    }

    /// The faults of a direction.
    pub fn list(&self, direction: Direction) -> &FaultList {
        &self.lists[direction]
    }

    /// One direction of the connection with this number.
    ///
    /// # Panics
    ///
    /// When there is no such connection.
    pub fn line(&mut self, connection: usize, direction: Direction) -> &mut Line {
        &mut self.lines[connection - 1][direction]
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
        let (now, specs) = (self.now(), faults.into_iter().map(Into::into));
        let connections = self.lines.len() as u64;
        let list = &mut self.lists[direction];
        *list = list
            .clone()
            .behind(connections)
            .replaced(specs, now)
            .expect("each fault has a name of its own");
        for direction in Direction::BOTH {
            let other = self.lists[direction.opposite()].clone();
            let list = &mut self.lists[direction];
            *list = std::mem::take(list).beside(&other);
            for lines in &mut self.lines {
                lines[direction].set_list(list.clone());
            }
        }
    }

    /// Replaces the faults of a direction at so many milliseconds, when all before that has
    /// happened.
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

    /// Lets time go on to so many milliseconds.
    pub fn advance_to(&mut self, millis: u64) {
        let to = epoch() + ms(millis);
        while let Some(next) = self.next_moment().filter(|next| *next <= to) {
            self.advance(next);
        }
        self.advance(to);
    }

    /// Lets time go on to so many milliseconds without a look at what is due before: a task that is
    /// late.
    pub fn skip_to(&mut self, millis: u64) {
        let to = epoch() + ms(millis);
        self.now = Some(to);
        self.each_line().for_each(|line| line.skip_to(to));
    }

    /// Lets time go on until nothing more will happen.
    pub fn finish(&mut self) {
        while let Some(next) = self.next_moment() {
            self.advance(next);
        }
    }

    fn now(&self) -> Instant {
        self.now.unwrap_or_else(epoch)
    }

    fn next_moment(&self) -> Option<Instant> {
        let lines = self.lines.iter().flat_map(PerDirection::iter);
        lines.filter_map(|(_, line)| line.next_moment()).min()
    }

    fn each_line(&mut self) -> impl Iterator<Item = &mut Line> {
        self.lines.iter_mut().flat_map(PerDirection::iter_mut).map(|(_, line)| line)
    }

    fn advance(&mut self, to: Instant) {
        self.now = Some(to);
        // First the clocks: what happens on one line may wake another, which then is told the time.
        self.each_line().for_each(|line| line.skip_to(to));
        self.each_line().for_each(|line| line.advance(to));
    }
}
