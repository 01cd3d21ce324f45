//! What the faults of one entry share, on all connections of a gate.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;

/// A place for one value, made when the entry first meets a connection, and handed on when the entry
/// is changed.
#[derive(Default)]
pub(crate) struct SharedValue {
    /// How often the entry had been changed.
    changes: u64,
    /// What it has, and what those have which took its place: a task that is late may meet it after
    /// them, and is to share what they do.
    last: Arc<Mutex<Option<Last>>>,
}

/// The value of the last of them that has met a connection.
struct Last {
    changes: u64,
    value: Arc<dyn Any + Send + Sync>,
}

impl SharedValue {
    /// The place for an entry that replaces the one which has this.
    pub(crate) fn succeeded(&self) -> Self {
        SharedValue { changes: self.changes + 1, last: self.last.clone() }
    }

    /// The value, which `make` makes if there is none yet, or only that of the entry before.
    pub(crate) fn get<T: Any + Send + Sync>(
        &self,
        make: impl Fn(Option<Arc<T>>) -> Arc<T>,
    ) -> Arc<T> {
        let mut last = self.last.lock();
        if let Some(last) = last.as_ref().filter(|last| last.changes >= self.changes) {
            // Only a custom fault could ask for several types.
            return last.value.clone().downcast().unwrap_or_else(|_| make(None));
        }
        let before = last.as_ref().and_then(|last| last.value.clone().downcast().ok());
        let value = make(before);
        *last = Some(Last { changes: self.changes, value: value.clone() });
        value
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
    fn who_meets_an_entry_after_its_change_has_what_the_changed_one_has() {
        let first = SharedValue::default();
        let changed = first.succeeded();
        let value = changed.get(one);
        assert!(Arc::ptr_eq(&first.get(one), &value));
        assert!(Arc::ptr_eq(&changed.get(one), &value));
    }

    #[test]
    fn a_value_of_another_type_is_not_shared() {
        let shared = SharedValue::default();
        shared.get(one);
        assert_eq!(*shared.get(|_: Option<Arc<String>>| Arc::new("a".to_owned())), "a");
    }
}
