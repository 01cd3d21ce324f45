//! What a response depends on in its request.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use super::head::PROTOCOL;
use crate::Lost;

/// What the requests that have no response yet have asked for, and whether the connection is a tunnel. Both directions
/// of a connection are read by one task, so no order between them has to be kept here.
#[derive(Debug)]
pub(super) struct Asked {
    /// Two bits each, the newest lowest, with a one above the oldest.
    queue: AtomicU64,
    is_tunnel: AtomicBool,
}

/// What a request has asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// A response with a body.
    Body,
    /// `HEAD`: one that has none, whatever it says.
    Head,
    /// `CONNECT`: a tunnel.
    Tunnel,
    /// From here on it is not known.
    Unknown,
}

const BITS: u32 = 2;
/// And one place for [`Ask::Unknown`].
const MOST: u32 = (u64::BITS - 1) / BITS - 1;

impl Default for Asked {
    fn default() -> Self {
        Asked { queue: AtomicU64::new(1), is_tunnel: AtomicBool::new(false) }
    }
}

impl Asked {
    /// Remembers what a request has asked for.
    pub(super) fn put(&self, ask: Ask) -> Result<(), Lost> {
        let queue = self.queue.load(Relaxed);
        if queue.ilog2() / BITS >= MOST && ask != Ask::Unknown {
            let (what, most) = ("requests without a response", MOST as usize);
            return Err(Lost::Beyond { protocol: PROTOCOL, what, most });
        }
        self.queue.store(queue << BITS | ask as u64, Relaxed);
        Ok(())
    }

    /// What the request of the next response has asked for. A server may also send one that nobody asked for, before
    /// it closes.
    pub(super) fn take(&self) -> Result<Ask, Lost> {
        let queue = self.queue.load(Relaxed);
        let Some(newer) = queue.ilog2().checked_sub(BITS) else { return Ok(Ask::Body) };
        let ask = match queue >> newer & 3 {
            0 => Ask::Body,
            1 => Ask::Head,
            2 => Ask::Tunnel,
            _ => return Err(Lost::OtherDirection { protocol: PROTOCOL }),
        };
        self.queue.store(queue & ((1 << newer) - 1) | 1 << newer, Relaxed);
        Ok(ask)
    }

    /// An error, if a request cannot begin here: the last one has asked for a tunnel, and was not refused.
    pub(super) fn check_request(&self) -> Result<(), Lost> {
        let queue = self.queue.load(Relaxed);
        let waits_for_tunnel = queue != 1 && queue & 3 == Ask::Tunnel as u64;
        if waits_for_tunnel { Err(Lost::Tunnel) } else { self.check_response() }
    }

    /// An error, if the connection is a tunnel.
    pub(super) fn check_response(&self) -> Result<(), Lost> {
        if self.is_tunnel.load(Relaxed) { Err(Lost::Tunnel) } else { Ok(()) }
    }

    /// From here on the connection is a tunnel.
    pub(super) fn begin_tunnel(&self) {
        self.is_tunnel.store(true, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_first_is_answered_first() {
        let asked = Asked::default();
        for ask in [Ask::Head, Ask::Body, Ask::Tunnel] {
            asked.put(ask).expect("room");
        }
        let taken = [(); 4].map(|()| asked.take().expect("known"));
        assert_eq!(taken, [Ask::Head, Ask::Body, Ask::Tunnel, Ask::Body]);
    }

    #[test]
    fn what_is_not_known_any_more_stays_unknown_also_behind_a_full_queue() {
        let asked = Asked::default();
        let put = std::iter::repeat_with(|| asked.put(Ask::Head)).take_while(Result::is_ok).count();
        assert_eq!(put, 30);
        asked.put(Ask::Unknown).expect("there is always room for this once");
        assert!((0..put).all(|_| asked.take() == Ok(Ask::Head)));
        assert!((0..2).all(|_| asked.take().is_err()));
    }
}
