//! Lists of faults, connections, and the time in which a plan is carried out.

use std::time::Instant;

use chaosgate_faults::virtual_time::{self, NO_FAULTS};
use chaosgate_faults::{Direction, FaultList, Origin, Segment, Sink};

use crate::connection::Connection;
use crate::line::Line;
use crate::plan::{Change, Plan, Step};
use crate::written::Written;

/// A gate with some connections, in virtual time.
#[derive(Debug)]
pub struct Gate {
    now: Instant,
    /// Of each direction, in the order of [`Direction::BOTH`].
    lists: [FaultList; 2],
    connections: Vec<Connection>,
    /// What all connections have in common.
    origin: Origin,
    /// The connections so far.
    count: u64,
}

/// At any time. Two share what a fault has for the whole gate.
const CONNECTIONS: usize = 2;

/// The most faults of a list.
const LONGEST_LIST: usize = 6;

impl Gate {
    /// The gate of this plan, before anything has happened.
    pub fn new(plan: &Plan) -> Self {
        let mut origin = origin();
        origin.seed = plan.seed;
        origin.buffer = Segment::OVERHEAD + 1 + usize::from(plan.buffer);
        let now = origin.connected;
        let (lists, connections) = (<[FaultList; 2]>::default(), Vec::new());
        let mut gate = Gate { now, lists, connections, origin, count: 0 };
        for _ in 0..CONNECTIONS {
            let connection = gate.connect();
            gate.connections.push(connection);
        }
        gate
    }

    /// Carries out the plan, and then heals.
    ///
    /// # Panics
    ///
    /// When something does not hold that must.
    pub fn run(mut self, plan: &Plan) {
        self.settle();
        for step in &plan.steps {
            self.take(step);
            self.settle();
        }
        self.heal();
        self.check_polls(plan.steps.len());
    }

    fn connect(&mut self) -> Connection {
        self.count += 1;
        let origin = Origin { connected: self.now, connection: self.count, ..self.origin.clone() };
        let mut connection = Connection::new(&origin);
        for (line, list) in connection.lines.iter_mut().zip(&self.lists) {
            line.switch(list, self.now);
        }
        connection
    }

    fn take(&mut self, step: &Step) {
        let now = self.now;
        match *step {
            Step::Send { line, length } => {
                if self.connection(line).is_over() {
                    *self.connection(line) = self.connect();
                }
                self.line(line).send(length.into());
            }
            Step::End { line, is_reset } => {
                self.line(line).end(if is_reset { Segment::Reset } else { Segment::Fin });
            }
            Step::UnreadReset { line } => {
                if self.line(line).is_overtaken_by_reset(now) {
                    self.connection(line).reset();
                }
            }
            Step::Sink { line, is_open } => {
                self.line(line).set_sink(if is_open { Sink::Open } else { Sink::Blocked });
            }
            Step::Switch { is_to_server, ref change } => {
                let direction =
                    if is_to_server { Direction::ToServer } else { Direction::ToClient };
                if let Some(list) = self.changed(direction, change) {
                    self.switch(direction, list);
                }
            }
            Step::Wait { span, is_late } => self.wait(now + span.duration(), is_late),
        }
    }

    /// The line of this number; its connection will have to look.
    fn line(&mut self, number: u8) -> &mut Line {
        &mut self.connection(number).lines[usize::from(number) % 2]
    }

    fn connection(&mut self, line: u8) -> &mut Connection {
        let connection = usize::from(line / 2) % CONNECTIONS;
        let connection = &mut self.connections[connection];
        connection.wake();
        connection
    }

    /// The list after the change, unless that is refused or makes the list too long.
    fn changed(&self, direction: Direction, change: &Change) -> Option<FaultList> {
        let (list, now) = (&self.lists[direction as usize], self.now);
        let name = |place: u8| {
            let place = usize::from(place).checked_rem(list.entries().len())?;
            Some(list.entries()[place].name().to_owned())
        };
        let changed = match change {
            Change::Set(written) => {
                list.replaced(written.iter().take(LONGEST_LIST).filter_map(Written::entry), now)
            }
            Change::Add(written) => list.with(written.entry()?, now).map(|(list, _)| list),
            Change::Update(place, written) => {
                list.updated(&name(*place)?, written.entry()?, now).map(|(list, _)| list)
            }
            Change::Remove(place) => list.without(&name(*place)?, now),
        };
        changed.ok().filter(|list| list.entries().len() <= LONGEST_LIST)
    }

    fn switch(&mut self, direction: Direction, list: FaultList) {
        self.lists[direction as usize] = list;
        for direction in Direction::BOTH {
            let [list, other] =
                [direction, direction.opposite()].map(|way| &self.lists[way as usize]);
            let list = list.clone().beside(other);
            for connection in &mut self.connections {
                connection.lines[direction as usize].switch(&list, self.now);
                connection.wake();
            }
            self.lists[direction as usize] = list;
        }
    }

    /// Lets time go on to that moment; `is_late`: nobody looks before.
    fn wait(&mut self, to: Instant, is_late: bool) {
        let next = |gate: &Gate| {
            gate.connections.iter().filter_map(Connection::deadline).min().filter(|at| *at < to)
        };
        while let Some(next) = next(self).filter(|_| !is_late) {
            self.now = next;
            self.settle();
        }
        self.now = to;
    }

    /// Has all look that have to, until none has.
    fn settle(&mut self) {
        let now = self.now;
        while let Some(connection) = self.connections.iter_mut().find(|one| one.is_due(now)) {
            connection.poll(now);
        }
    }

    /// Everything is out at once, on every connection that is not closed.
    fn heal(&mut self) {
        for direction in Direction::BOTH {
            let list = self.lists[direction as usize].replaced(NO_FAULTS, self.now);
            self.switch(direction, list.expect("no names"));
        }
        for line in self.lines() {
            line.set_sink(Sink::Open);
        }
        self.settle();
        let now = self.now;
        for line in self.lines() {
            line.check_healed(now);
        }
    }

    fn lines(&mut self) -> impl Iterator<Item = &mut Line> {
        self.connections.iter_mut().flat_map(|connection| &mut connection.lines)
    }

    /// There are no more polls than there is to do. Each byte may be due once at each fault, and its
    /// line is polled twice for it and the other once; each fault and entry has a moment or two of
    /// its own; and after each step all connections may look.
    fn check_polls(&mut self, steps: usize) {
        let all = self.lines().map(|line| line.polls_and_bytes());
        let (polls, bytes) = all.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let most = 100 + 3 * bytes * (LONGEST_LIST + 1) + steps * 50 * LONGEST_LIST;
        assert!(polls <= most, "{polls} polls, of at most {most}");
    }
}

/// Virtual time begins where that of the other tests does.
fn origin() -> Origin {
    let mut origin = None;
    virtual_time::Line::with_origin(NO_FAULTS, |given| origin = Some(given.clone()));
    origin.expect("it was given")
}
