//! What becomes of a connection when a fault is removed that has kept data from it.

use std::time::Instant;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::can_close;
use crate::{How, Outbox, Transport};

/// What a fault does with its connection when it is removed. A change of the fault is no removal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnRemoval {
    /// The connection goes on.
    #[default]
    Keep,
    /// The connection is closed in order.
    Fin,
    /// The connection is reset.
    Reset,
}

impl OnRemoval {
    /// Whether the connection can be treated so; if not, why.
    pub(super) fn suits(self, transport: Transport) -> Result<(), &'static str> {
        match self {
            OnRemoval::Reset => can_close(How::Reset, transport),
            OnRemoval::Keep | OnRemoval::Fin => Ok(()),
        }
    }

    /// The fault is removed. To close is a hit.
    pub(super) fn act(self, now: Instant, out: &mut Outbox) {
        match self {
            OnRemoval::Keep => return out.release(now),
            OnRemoval::Fin => out.close(How::Fin, now),
            OnRemoval::Reset => out.abort(),
        }
        out.hit();
    }
}
