//! Connections, and the time in which a plan is carried out.

use std::time::Instant;

use chaosgate_faults::virtual_time::{self, NO_FAULTS};
use chaosgate_faults::{Direction, Origin, Segment, Series, Sink};

use crate::connection::Connection;
use crate::line::Line;
use crate::lists::{self, Lists};
use crate::plan::{Plan, Step};

/// A gate with some connections, in virtual time.
#[derive(Debug)]
pub struct Gate {
    now: Instant,
    lists: Lists,
    connections: Vec<Connection>,
    /// What all connections have in common.
    origin: Origin,
    /// The connections so far.
    count: u64,
}

/// At any time. Two share what a fault has for the whole gate.
const CONNECTIONS: usize = 2;

impl Gate {
    /// The gate of this plan, before anything has happened.
    pub fn new(plan: &Plan) -> Self {
        let mut origin = origin();
        origin.series = Series::first(plan.seed);
        origin.transport = plan.transport;
        origin.buffer = Segment::OVERHEAD + 1 + usize::from(plan.buffer);
        let lists = Lists::new(plan.transport);
        let mut gate =
            Gate { now: origin.connected, lists, connections: Vec::new(), origin, count: 0 };
        for _ in 0..CONNECTIONS {
            let connection = gate.connect();
            gate.connections.push(connection);
        }
        gate
    }

    /// Carries out the plan, then takes all faults away, and then has all peers end their streams.
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
        self.heal(plan);
        self.end();
        self.check_polls(plan.steps.len());
    }

    fn connect(&mut self) -> Connection {
        self.count += 1;
        let origin = Origin { connected: self.now, connection: self.count, ..self.origin.clone() };
        let mut connection = Connection::new(&origin);
        for (direction, list) in self.lists.iter() {
            connection.set(direction, list.clone());
        }
        connection
    }

    fn take(&mut self, step: &Step) {
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
            Step::UnreadReset { line } => self.line(line).reset(),
            Step::Sink { line, is_open } => {
                self.line(line).set_sink(if is_open { Sink::Open } else { Sink::Blocked });
            }
            Step::Switch { is_to_server, ref change, is_unseen } => {
                let direction =
                    if is_to_server { Direction::ToServer } else { Direction::ToClient };
                let changed = self.lists.change(direction, change, self.now);
                self.switch(&changed);
                if !is_unseen {
                    self.connections.iter().for_each(Connection::wake);
                }
            }
            Step::Wait { span, is_late } => self.wait(self.now + span.duration(), is_late),
        }
    }

    /// The line of this number; its connection will have to look.
    fn line(&mut self, number: u8) -> &mut Line {
        let direction = Direction::BOTH[usize::from(number) % 2];
        &mut self.connection(number).lines[direction]
    }

    fn connection(&mut self, line: u8) -> &mut Connection {
        let connection = usize::from(line / 2) % CONNECTIONS;
        let connection = &mut self.connections[connection];
        connection.wake();
        connection
    }

    /// Other faults are in force in these directions. Who sees them, and when, is another matter.
    fn switch(&mut self, changed: &[Direction]) {
        for (direction, list) in self.lists.iter().filter(|(way, _)| changed.contains(way)) {
            for connection in &mut self.connections {
                connection.set(direction, list.clone());
            }
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

    /// Everything is out as soon as that is seen, on every connection that is not closed.
    fn heal(&mut self, plan: &Plan) {
        for direction in Direction::BOTH {
            let changed = self.lists.clear(direction, self.now);
            self.switch(&changed);
        }
        self.wait(self.now + plan.late.duration(), true);
        for connection in &mut self.connections {
            connection.lines.iter_mut().for_each(|(_, line)| line.set_sink(Sink::Open));
            connection.wake();
        }
        self.settle();
        for connection in &self.connections {
            connection.check_healed(self.now);
        }
    }

    /// Each connection is over when its peers have ended their streams.
    fn end(&mut self) {
        for connection in &mut self.connections {
            connection.lines.iter_mut().for_each(|(_, line)| line.end(Segment::Fin));
            connection.wake();
        }
        self.settle();
        self.connections.iter().for_each(Connection::check_ended);
    }

    /// There are no more polls than there is to do. Each byte may be due once at each fault, and its
    /// connection is polled twice for it; each fault and entry has a moment or two of its own; and
    /// after each step all connections may look. Who gives way has done much.
    fn check_polls(&self, steps: usize) {
        let all = self.connections.iter().map(Connection::polls_turns_and_work);
        let [polls, turns, work] =
            all.fold([0; 3], |sum, one| [sum[0] + one[0], sum[1] + one[1], sum[2] + one[2]]);
        let most = 100 + 3 * work * (lists::LONGEST + 1) + steps * 50 * lists::LONGEST;
        assert!(polls <= most, "{polls} polls, of at most {most}");
        assert!(turns <= 2 * most / TURN, "gave way {turns} times");
    }
}

/// So much is done before a connection gives way.
const TURN: usize = 2048;

/// Virtual time begins where that of the other tests does.
fn origin() -> Origin {
    let mut origin = None;
    virtual_time::Line::with_origin(NO_FAULTS, |given| origin = Some(given.clone()));
    origin.expect("it was given")
}
