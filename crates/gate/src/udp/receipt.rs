//! What a connection's task does with what comes from the server.

use std::cell::Cell;
use std::io;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use chaosgate_faults::{Chain, Direction};

use super::task::LARGEST;
use super::work::{TURN, Work, arrive};

thread_local! {
    /// The connections of a worker thread receive into one buffer.
    static BUFFER: Cell<Option<Box<[u8]>>> = const { Cell::new(None) };
}

impl Work {
    /// Takes what has come from the server. Whether there may be more.
    pub(super) fn receive(&mut self, cx: &mut Context<'_>) -> bool {
        while let Poll::Ready(error) = self.server.poll_error(cx) {
            if self.connection.note_refusal(&error) {
                self.turn_to_next_address();
            }
        }
        if self.is_away(Direction::ToClient) {
            return false;
        }
        with_buffer(|buffer| self.receive_into(buffer, cx))
    }

    fn receive_into(&mut self, buffer: &mut [u8], cx: &mut Context<'_>) -> bool {
        for _ in 0..TURN {
            let lane = &mut self.lanes[Direction::ToClient as usize];
            // The look before the receipt is for the case that the direction is lent.
            let Some(look) = lane.look_before_read() else {
                lane.look_at_faults();
                continue;
            };
            if self.leaves_unread() {
                return false;
            }
            let received = self.server.socket().try_recv(buffer);
            drop(look);
            match received {
                Ok(length) => self.take_from_server(&buffer[..length]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if self.server.socket().poll_recv_ready(cx).is_pending() {
                        return false;
                    }
                }
                Err(error) => {
                    if self.connection.note_refusal(&error) {
                        self.turn_to_next_address();
                    }
                }
            }
        }
        true
    }

    fn take_from_server(&mut self, datagram: &[u8]) {
        let now = Instant::now();
        self.last = now;
        let lane = &mut self.lanes[Direction::ToClient as usize];
        // The look after the receipt decides.
        lane.look_after_read();
        if lane.chain.is_some() {
            arrive(lane, Bytes::copy_from_slice(datagram), now);
        } else {
            lane.traffic.count(datagram.len());
            self.connection.send_to_client(datagram);
        }
    }

    /// Nobody is where the server should be. As long as it has never answered, it may be at another
    /// of its addresses.
    fn turn_to_next_address(&mut self) {
        let answers = &self.lanes[Direction::ToClient as usize].traffic.received;
        // What has been lent stays the connection's socket.
        let may_turn = answers.load(Relaxed) == 0 && self.stand_in.is_none();
        if may_turn && self.server.turn_to_next() {
            self.connection.stop_passing();
        }
    }

    /// Whether the way from the server is lent, or will be: then nobody receives here.
    fn leaves_unread(&self) -> bool {
        let lane = &self.lanes[Direction::ToClient as usize];
        lane.chain.as_ref().is_some_and(Chain::lends)
    }
}

/// Lends the buffer that the connections of a worker thread share.
pub(super) fn with_buffer<T>(work: impl FnOnce(&mut [u8]) -> T) -> T {
    let mut buffer = BUFFER.take().unwrap_or_else(|| vec![0; LARGEST].into_boxed_slice());
    let result = work(&mut buffer);
    BUFFER.set(Some(buffer));
    result
}
