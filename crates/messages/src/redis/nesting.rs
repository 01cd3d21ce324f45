//! Values that stand in each other.

use super::lost::PROTOCOL;
use crate::Lost;

/// How many values have not begun in each value that has others in it. One of which all have begun is not there any
/// more: it ends with the last.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    /// In the innermost; 0 if there is none.
    innermost: u64,
    outer: Vec<u64>,
}

/// Values stand in each other so deep; Redis itself needs less than ten.
const DEEPEST: usize = 64;

/// As many values as come, up to one that says that it is the end.
pub(super) const UNKNOWN: u64 = u64::MAX;

impl Nesting {
    pub(super) fn is_empty(&self) -> bool {
        self.innermost == 0
    }

    /// Whether the innermost has an unknown number of values in it.
    pub(super) fn is_unknown(&self) -> bool {
        self.innermost == UNKNOWN
    }

    /// So many values follow, in one that has begun.
    pub(super) fn enter(&mut self, values: u64) -> Result<(), Lost> {
        if values == 0 {
            return Ok(());
        }
        if !self.is_empty() {
            if self.outer.len() + 1 == DEEPEST {
                let what = "values that stand in each other";
                return Err(Lost::Beyond { protocol: PROTOCOL, what, most: DEEPEST });
            }
            self.outer.push(self.innermost);
        }
        self.innermost = values;
        Ok(())
    }

    /// A value begins.
    pub(super) fn begin_value(&mut self) {
        match self.innermost {
            0 | UNKNOWN => {}
            1 => self.leave(),
            _ => self.innermost -= 1,
        }
    }

    /// The innermost has no more values.
    pub(super) fn leave(&mut self) {
        self.innermost = self.outer.pop().unwrap_or_default();
        if self.outer.is_empty() {
            self.outer = Vec::new();
        }
    }
}
