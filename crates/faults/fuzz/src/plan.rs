//! What happens in a run.

use std::time::Duration;

use arbitrary::{Arbitrary, Result, Unstructured};
use chaosgate_faults::Transport;

use crate::Written;

/// A run: connections that are there from the beginning, and what happens to them.
#[derive(Debug, Arbitrary)]
pub struct Plan {
    /// The gate's seed.
    pub seed: u64,
    /// What kind of traffic it is.
    #[arbitrary(with = transport)]
    pub transport: Transport,
    /// How much a direction may hold beyond what one byte takes; less than a stream, so that it fills.
    #[arbitrary(with = |u: &mut Unstructured| u.int_in_range(0..=4095))]
    pub buffer: u16,
    /// How late the connections see that all faults are gone, in the end.
    pub late: Span,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

fn transport(u: &mut Unstructured<'_>) -> Result<Transport> {
    Ok(if u.ratio(1, 3)? { Transport::Datagram } else { Transport::Stream })
}

/// One thing that happens. A line is a direction of a connection, counted round and round.
#[derive(Debug)]
pub enum Step {
    /// Data comes to a line; if its connection is over, to that of a new one in its place.
    Send {
        /// Which one.
        line: u8,
        /// How many bytes, or how long a datagram.
        length: u16,
    },
    /// The sender ends its stream.
    End {
        /// Which line.
        line: u8,
        /// By a reset.
        is_reset: bool,
    },
    /// A reset is noticed while nobody reads, and overtakes what the faults let it overtake.
    UnreadReset {
        /// Which line.
        line: u8,
    },
    /// The receiver begins to take what comes, or ceases to.
    Sink {
        /// Which line.
        line: u8,
        /// Whether it takes it.
        is_open: bool,
    },
    /// The faults of a direction change.
    Switch {
        /// Which direction.
        is_to_server: bool,
        /// In what way.
        change: Change,
        /// Connections see it only when something else has them look.
        is_unseen: bool,
    },
    /// Time goes on.
    Wait {
        /// So much.
        span: Span,
        /// Nobody looks before it is over, however much has been due meanwhile.
        is_late: bool,
    },
}

impl Arbitrary<'_> for Step {
    /// What ends a connection is rare, since nothing happens on it after that.
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        Ok(match u.int_in_range(0..=99_u8)? {
            0..35 => Step::Send {
                line: u.arbitrary()?,
                length: if u.arbitrary()? { u.arbitrary::<u8>()?.into() } else { u.arbitrary()? },
            },
            35..60 => Step::Wait { span: Span::arbitrary(u)?, is_late: u.ratio(1, 4)? },
            60..85 => Step::Switch {
                is_to_server: u.arbitrary()?,
                change: Change::arbitrary(u)?,
                is_unseen: u.ratio(1, 3)?,
            },
            85..95 => Step::Sink { line: u.arbitrary()?, is_open: u.arbitrary()? },
            95..98 => Step::End { line: u.arbitrary()?, is_reset: u.ratio(1, 4)? },
            _ => Step::UnreadReset { line: u.arbitrary()? },
        })
    }
}

/// A change of a list of faults. One that is refused does not take place.
#[derive(Debug)]
pub enum Change {
    /// As a document has it.
    Set(Vec<Written>),
    /// One more at the end.
    Add(Written),
    /// Another in the place of this one, counted round and round.
    Update(u8, Written),
    /// All but this one.
    Remove(u8),
}

impl Arbitrary<'_> for Change {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        Ok(match u.int_in_range(0..=3_u8)? {
            0 => Change::Add(u.arbitrary()?),
            1 => Change::Update(u.arbitrary()?, u.arbitrary()?),
            2 => Change::Remove(u.arbitrary()?),
            _ => Change::Set(u.arbitrary()?),
        })
    }
}

/// A time to wait, from nothing to days.
#[derive(Debug, Clone, Copy)]
pub enum Span {
    /// Shorter than the least time between two calls of a fault.
    Nanos(u16),
    /// Around it.
    Micros(u16),
    /// In the order of most faults.
    Millis(u8),
    /// Longer than those.
    Minutes(u16),
}

impl Arbitrary<'_> for Span {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        Ok(match u.int_in_range(0..=9_u8)? {
            0..5 => Span::Millis(u.arbitrary()?),
            5..7 => Span::Micros(u.arbitrary()?),
            7..9 => Span::Nanos(u.arbitrary()?),
            _ => Span::Minutes(u.arbitrary()?),
        })
    }
}

impl Span {
    /// The time.
    pub fn duration(self) -> Duration {
        match self {
            Span::Nanos(nanos) => Duration::from_nanos(nanos.into()),
            Span::Micros(micros) => Duration::from_micros(micros.into()),
            Span::Millis(millis) => Duration::from_millis(millis.into()),
            Span::Minutes(minutes) => Duration::from_mins(minutes.into()),
        }
    }
}
