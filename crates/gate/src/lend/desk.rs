//! Where one direction of one connection is lent, and comes back.

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use chaosgate_faults::{Direction, Entry, How};

use super::loan::Loan;
use super::state::{LoanState, Return};
use super::{Borrower, Descriptor, Notice};
use crate::client::Client;
use crate::lane::Lanes;
use crate::shared::Shared;

/// The engine's side of the loans of one direction of one connection, of which at most one is out.
pub(crate) struct Desk {
    shared: Arc<Shared>,
    client: Arc<Client>,
    direction: Direction,
    server: SocketAddr,
    /// Who was the last to borrow it.
    borrower: Option<Arc<Borrower>>,
    out: Option<Out>,
}

/// A loan that is out.
struct Out {
    entry: Arc<Entry>,
    state: Arc<LoanState>,
    is_at_end: bool,
}

/// Whose the direction is.
pub(crate) enum Whose {
    /// It is the engine's.
    Here,
    /// It is the borrower's: the engine neither reads nor writes.
    Away,
    /// It has just come back. If it was lent for the end of the stream, and nothing else has been
    /// set meanwhile, that end goes on.
    Back { is_over: bool },
    /// It has just come back, and the borrower wants the connection closed.
    Close(How),
}

impl Desk {
    pub(crate) fn new(
        shared: &Arc<Shared>,
        client: &Arc<Client>,
        direction: Direction,
        server: SocketAddr,
    ) -> Self {
        let (shared, client) = (shared.clone(), client.clone());
        Desk { shared, client, direction, server, borrower: None, out: None }
    }

    /// Lends the source and the sink of the direction, by this entry.
    pub(crate) fn lend(&mut self, entry: &Arc<Entry>, sockets: [Descriptor; 2], is_at_end: bool) {
        let Some(lent) = entry.fault().lent() else { return };
        let Some(borrower) = lent.borrower::<Borrower>() else { return };
        let state = Arc::<LoanState>::default();
        self.out = Some(Out { entry: entry.clone(), state: state.clone(), is_at_end });
        self.borrower = Some(borrower.clone());
        borrower.notify(Notice::Lent(Loan {
            shared: self.shared.clone(),
            client: self.client.clone(),
            entry: entry.clone(),
            direction: self.direction,
            server: self.server,
            sockets,
            is_at_end,
            state,
        }));
    }

    /// Whose the direction is, one of those of `lanes`. Gives the borrower notice if it is to give back
    /// what it has.
    pub(crate) fn whose(&mut self, lanes: &Lanes) -> Whose {
        let Some(out) = &self.out else { return Whose::Here };
        // Before the look at the faults: those that were set before it came back are seen then.
        let returned = out.state.returned();
        let is_wanted = !lanes.is_in_force(self.direction, &out.entry);
        let Some(returned) = returned else {
            if is_wanted && out.state.withdraw() {
                self.out = None;
                return Whose::Back { is_over: false };
            }
            if is_wanted && out.state.recall() {
                let (connection, direction) = (self.client.number, self.direction);
                self.notify(Notice::Recalled { connection, direction });
            }
            return Whose::Away;
        };
        let is_over = out.is_at_end && !is_wanted;
        self.out = None;
        match returned {
            Return::Done => Whose::Back { is_over },
            Return::Close(how) => Whose::Close(how),
        }
    }

    /// When the loan that is out will be wanted back, if that is known.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let out = self.out.as_ref()?;
        out.entry.ends_at().filter(|_| !out.state.is_recalled())
    }

    /// The connection is at its end, as far as this direction goes.
    pub(crate) fn close(&mut self) {
        self.out = None;
        let (connection, direction) = (self.client.number, self.direction);
        self.notify(Notice::Ended { connection, direction });
        self.borrower = None;
    }

    fn notify(&self, notice: Notice) {
        if let Some(borrower) = &self.borrower {
            borrower.notify(notice);
        }
    }
}

impl Drop for Desk {
    /// The borrower's own code runs here, perhaps because that or a fault's has panicked: one more
    /// panic that got out would end the process.
    fn drop(&mut self) {
        let _ = catch_unwind(AssertUnwindSafe(|| self.close()));
    }
}
