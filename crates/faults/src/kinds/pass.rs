//! `pass`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::{Fault, Meeting};

/// No effect: holds its name and its place in the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pass {}

impl Kind for Pass {
    const EXAMPLE: &'static str = "pass";

    fn start(&self, _: &Meeting) -> Option<Box<dyn Fault>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::virtual_time::run;

    #[test]
    fn everything_passes_at_once() {
        assert_eq!(run([Pass {}], "0:a 1:b 3:FIN"), "0:a 1:b 3:FIN");
    }
}
