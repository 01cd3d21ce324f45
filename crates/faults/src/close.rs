//! How a connection is ended on purpose.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a connection is closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// In order: both sides read an end of stream (TCP's FIN).
    #[default]
    Fin,
    /// At once: both sides get "connection reset" (TCP's RST).
    Reset,
}

impl How {
    /// Both ways.
    pub const ALL: [How; 2] = [How::Fin, How::Reset];
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            How::Fin => "fin",
            How::Reset => "reset",
        })
    }
}

/// That a fault has ended the connection, as its [`Outbox`](crate::Outbox) noted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// What had left the fault is still delivered when due, then the close takes effect.
    InOrder(How),
    /// A reset that overtakes all that is under way, in both directions.
    AtOnce,
}

impl Closing {
    /// What the two sides will see.
    pub fn how(self) -> How {
        match self {
            Closing::InOrder(how) => how,
            Closing::AtOnce => How::Reset,
        }
    }
}
