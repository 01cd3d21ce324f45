//! What `limit_bytes` and `close_on_data` share: some bytes pass, then the connection is closed.

use std::time::Instant;

use bytes::Bytes;

use crate::{Fault, How, Outbox, Segment};

/// The bytes that a connection may still pass.
pub(super) struct Allowance {
    pub(super) left: u64,
    pub(super) how: How,
    pub(super) closes: Closes,
}

/// Which byte closes the connection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Closes {
    /// The last that passes.
    WithTheLast,
    /// The first that does not.
    WithTheNext,
}

impl Allowance {
    fn covers(&self, length: u64) -> bool {
        match self.closes {
            Closes::WithTheLast => length < self.left,
            Closes::WithTheNext => length <= self.left,
        }
    }

    /// The part of `bytes` that may still pass, from the front.
    fn cut(&self, mut bytes: Bytes) -> Bytes {
        bytes.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
        bytes
    }
}

impl Fault for Allowance {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        match segment {
            Segment::Data(bytes) if !self.covers(bytes.len() as u64) => {
                let last = self.cut(bytes);
                out.hit();
                if !last.is_empty() {
                    out.push(Segment::Data(last), now);
                }
                out.close(self.how, now);
            }
            passes => {
                self.left -= passes.len() as u64;
                out.push(passes, now);
            }
        }
    }
}
