//! The directions of a connection that are lent to somebody outside.
//!
//! The server's side is the connection's own socket to it, the client's side a stand-in. While the
//! way to the server is lent, the client's datagrams go into that, as far as there is room; what
//! comes beyond waits before the fault that lends.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};
use std::time::Instant;

use chaosgate_faults::{Direction, Entry};

use super::from_server::with_buffer;
use super::pump::Pump;
use super::stand_in::StandIn;
use crate::lend::Whose;

/// More datagrams than a pair of sockets holds.
const WRITTEN: usize = 1024;

impl Pump {
    /// Whether the direction is in other hands.
    pub(super) fn is_away(&self, direction: Direction) -> bool {
        self.lanes.duplex.is_away(direction)
    }

    /// Whether any is.
    pub(super) fn is_lending(&self) -> bool {
        Direction::BOTH.into_iter().any(|direction| self.is_away(direction))
    }

    /// Takes back what has been given back, and sends what borrowers have written. Whether there
    /// may be more.
    pub(super) fn serve_borrowers(&mut self, cx: &mut Context<'_>) -> bool {
        for direction in Direction::BOTH {
            if !self.is_away(direction) {
                continue;
            }
            match self.desks[direction].whose(&self.lanes) {
                Whose::Here | Whose::Away => {}
                Whose::Back { .. } => self.take_back(direction),
                Whose::Close(how) => {
                    self.lanes.duplex.close_lent(direction, how, Instant::now());
                }
            }
        }
        // After the look at what has been given back, so that all that was written before goes
        // first.
        self.send_written(cx)
    }

    fn take_back(&mut self, direction: Direction) {
        let now = Instant::now();
        self.last = now;
        if let (Direction::ToServer, Some(stand_in)) = (direction, &self.stand_in) {
            let unread = with_buffer(|buffer| stand_in.unread(buffer));
            self.lanes.duplex.put_back(direction, unread.into_iter(), now);
        }
        self.lanes.duplex.take_back(direction, false);
    }

    fn send_written(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(stand_in) = &self.stand_in else { return false };
        with_buffer(|buffer| {
            for _ in 0..WRITTEN {
                let Poll::Ready(length) = stand_in.poll_written(buffer, cx) else { return false };
                self.last = Instant::now();
                self.mailbox.send_to_client(&buffer[..length]);
            }
            true
        })
    }

    /// Lends what is wanted, when nothing is under way any more and there is something to read.
    pub(super) fn lend(&mut self, cx: &mut Context<'_>) {
        for direction in Direction::BOTH {
            let Some(entry) = self.lending_entry(direction, cx) else { continue };
            if direction == Direction::ToServer {
                self.give(cx);
            }
            let Some(stand_in) = &self.stand_in else { continue };
            let mut sockets = [stand_in.descriptor(), self.server.descriptor()];
            if direction == Direction::ToClient {
                sockets.reverse();
            }
            self.last = Instant::now();
            self.lanes.duplex.lend(direction);
            self.desks[direction].lend(&entry, sockets, false);
        }
        if self.is_away(Direction::ToServer) {
            self.give(cx);
        }
    }

    /// The entry by which the direction is to be lent now.
    fn lending_entry(&mut self, direction: Direction, cx: &mut Context<'_>) -> Option<Arc<Entry>> {
        let entry = self.lanes.duplex.lent(direction)?.clone();
        if !self.has_unread(direction, cx) || !self.has_stand_in(cx) {
            return None;
        }
        // As with a receipt, the look after it decides: what waits may have come after a change.
        if self.lanes.look_before_read(direction).is_none() {
            cx.waker().wake_by_ref();
            return None;
        }
        Some(entry)
    }

    fn has_unread(&mut self, direction: Direction, cx: &mut Context<'_>) -> bool {
        if direction == Direction::ToServer {
            return self.lanes.duplex.charge(direction) > 0;
        }
        while let Poll::Ready(unread) = self.server.poll_unread(cx) {
            match unread {
                Ok(()) => return true,
                Err(error) => drop(self.mailbox.note_refusal(&error)),
            }
        }
        false
    }

    /// Whether there is a stand-in for the client: without descriptors to spare, none.
    fn has_stand_in(&mut self, cx: &Context<'_>) -> bool {
        if self.stand_in.is_none()
            && let Ok(stand_in) = StandIn::new()
        {
            self.stand_in = Some(stand_in);
            // It has yet to be looked at, so that the task is woken when the borrower writes.
            cx.waker().wake_by_ref();
        }
        self.stand_in.is_some()
    }

    /// Gives the borrower the client's datagrams, as far as there is room.
    fn give(&mut self, cx: &mut Context<'_>) {
        let Some(stand_in) = &self.stand_in else { return };
        let duplex = &mut self.lanes.duplex;
        while let Some(datagram) = duplex.take_lent(Direction::ToServer) {
            match stand_in.poll_give(&datagram, cx) {
                Poll::Ready(true) => {}
                Poll::Ready(false) => {
                    let traffic = self.mailbox.client().traffic(Direction::ToServer);
                    traffic.dropped.fetch_add(1, Relaxed);
                }
                Poll::Pending => {
                    let datagram = std::iter::once(datagram);
                    duplex.put_back(Direction::ToServer, datagram, Instant::now());
                    break;
                }
            }
        }
        self.lanes.account(Direction::ToServer, 0);
    }

    /// The connection is over: whoever has borrowed it is told.
    pub(super) fn end_loans(&mut self) {
        for (_, desk) in self.desks.iter_mut() {
            desk.close();
        }
    }
}
