//! What comes from the server, as the pump takes it.

use std::cell::Cell;
use std::io;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use chaosgate_faults::{Direction, Segment};

use super::connection::LARGEST;
use super::pump::{DATAGRAMS_PER_TURN, Pump};

thread_local! {
    /// The connections of a worker thread receive into one buffer.
    static BUFFER: Cell<Option<Box<[u8]>>> = const { Cell::new(None) };
}

impl Pump {
    /// Takes what has come from the server. Whether there may be more.
    pub(super) fn receive(&mut self, cx: &mut Context<'_>) -> bool {
        if self.mailbox.was_refused() {
            self.turn_to_next_address();
        }
        while let Poll::Ready(error) = self.server.poll_error(cx) {
            if self.mailbox.note_refusal(&error) {
                self.turn_to_next_address();
            }
        }
        if self.is_away(Direction::ToClient) {
            return false;
        }
        with_buffer(|buffer| self.receive_into(buffer, cx))
    }

    fn receive_into(&mut self, buffer: &mut [u8], cx: &mut Context<'_>) -> bool {
        for _ in 0..DATAGRAMS_PER_TURN {
            // The look before the receipt is for the case that the direction is lent.
            let Some(look) = self.lanes.look_before_read(Direction::ToClient) else {
                self.lanes.look(Direction::ToClient);
                continue;
            };
            if self.lanes.duplex.lends(Direction::ToClient) {
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
                    if self.mailbox.note_refusal(&error) {
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
        // The look after the receipt decides.
        if !self.lanes.look_after_read(Direction::ToClient) {
            return;
        }
        if self.lanes.duplex.passes(Direction::ToClient) {
            self.lanes.note_passed(Direction::ToClient, datagram.len());
            self.mailbox.send_to_client(datagram);
        } else {
            let datagram = Segment::Data(Bytes::copy_from_slice(datagram));
            self.lanes.take_datagram(Direction::ToClient, datagram, now);
        }
    }

    /// Nobody is where the server should be. As long as it has never answered, it may be at another
    /// of its addresses.
    fn turn_to_next_address(&mut self) {
        let answers = &self.lanes.traffic(Direction::ToClient).received;
        // What has been lent stays the connection's socket.
        let may_turn = answers.load(Relaxed) == 0 && self.stand_in.is_none();
        if may_turn && self.server.turn_to_next() {
            self.mailbox.stop_passing();
        }
    }
}

/// Lends the buffer that the connections of a worker thread share.
pub(super) fn with_buffer<T>(work: impl FnOnce(&mut [u8]) -> T) -> T {
    let mut buffer = BUFFER.take().unwrap_or_else(|| vec![0; LARGEST].into_boxed_slice());
    let result = work(&mut buffer);
    BUFFER.set(Some(buffer));
    result
}
