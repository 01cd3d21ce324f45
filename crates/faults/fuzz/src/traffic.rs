//! What a peer sends, and which of it may come out at the other end.

use std::fmt::Debug;

use bytes::Bytes;
use chaosgate_faults::Transport;

use crate::datagrams::Datagrams;
use crate::effect::Effects;
use crate::stream::Stream;

/// What one peer sends, and what has become of it.
pub(crate) trait Traffic: Debug {
    /// The peer sends so many bytes more, unless that would make the run too long.
    fn send(&mut self, length: usize);

    /// Something has been sent that nobody has read.
    fn is_waiting(&self) -> bool;

    /// Reads from that, of a stream no more than `room` bytes.
    fn read(&mut self, room: usize) -> Bytes;

    /// What nobody has read is lost.
    fn lose_unread(&mut self);

    /// Checks what comes out behind faults that have done this.
    fn come_out(&mut self, bytes: &[u8], effects: &Effects);

    /// Nothing is lost, and nothing is there twice: so many bytes are held. `may_lack`: for a reason
    /// that no hit tells of, something may be gone.
    fn check(&self, held: usize, effects: &Effects, may_lack: bool);

    /// All that was sent has come out, if no fault was in the way.
    fn check_complete(&self);

    /// The longest piece that was read in one.
    fn longest(&self) -> usize;

    /// How much there was to do: bytes that were sent, and pieces that came out.
    fn work(&self) -> usize;
}

/// What a peer sends over this transport.
pub(crate) fn over(transport: Transport) -> Box<dyn Traffic> {
    match transport {
        Transport::Stream => Box::new(Stream::default()),
        Transport::Datagram => Box::new(Datagrams::default()),
    }
}

/// The most that is sent on a line, so that a run takes no longer than it must.
pub(crate) const MOST: usize = 8 * 1024;
