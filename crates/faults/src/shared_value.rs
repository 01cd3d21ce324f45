//! What the faults of one entry share, on all connections of a gate.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// A place for one value, made when the entry first meets a connection.
#[derive(Default)]
pub(crate) struct SharedValue {
    value: OnceLock<Value>,
    /// What the entry had before it was changed.
    before: Option<Value>,
}

type Value = Arc<dyn Any + Send + Sync>;

impl SharedValue {
    /// The place for an entry that replaces the one which has this.
    pub(crate) fn succeeded(&self) -> Self {
        let before = self.value.get().or(self.before.as_ref()).cloned();
        SharedValue { value: OnceLock::new(), before }
    }

    /// The value, which `make` makes if there is none yet.
    pub(crate) fn get<T: Any + Send + Sync>(
        &self,
        make: impl Fn(Option<Arc<T>>) -> Arc<T>,
    ) -> Arc<T> {
        let make_value =
            || -> Value { make(self.before.clone().and_then(|before| before.downcast().ok())) };
        let value = self.value.get_or_init(make_value).clone();
        // Only a custom fault could ask for several types.
        value.downcast().unwrap_or_else(|_| make(None))
    }
}

impl fmt::Debug for SharedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedValue").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(before: Option<Arc<u32>>) -> Arc<u32> {
        Arc::new(before.map_or(1, |before| *before + 1))
    }

    #[test]
    fn the_value_is_made_once() {
        let shared = SharedValue::default();
        assert!(Arc::ptr_eq(&shared.get(one), &shared.get(one)));
    }

    #[test]
    fn what_comes_after_is_given_the_last_value_that_there_was() {
        let first = SharedValue::default();
        first.get(one);
        let unused = first.succeeded();
        assert_eq!(*unused.succeeded().get(one), 2);
    }

    #[test]
    fn a_value_of_another_type_is_not_shared() {
        let shared = SharedValue::default();
        shared.get(one);
        assert_eq!(*shared.get(|_: Option<Arc<String>>| Arc::new("a".to_owned())), "a");
    }
}
