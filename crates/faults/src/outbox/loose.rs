//! Segments that have no order to keep, by the moments at which they are due.

use std::collections::BTreeMap;
use std::time::Instant;

use super::Parcel;

/// Parcels that go by their moments alone, those of one moment in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Loose {
    parcels: BTreeMap<(Instant, u64), Parcel>,
    /// The number of the next one.
    next: u64,
}

impl Loose {
    pub(super) fn put(&mut self, mut parcel: Parcel, due: Instant) {
        parcel.due = Some(due);
        self.parcels.insert((due, self.next), parcel);
        self.next += 1;
    }

    pub(super) fn len(&self) -> usize {
        self.parcels.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parcels.is_empty()
    }

    pub(super) fn first(&self) -> Option<&Parcel> {
        self.parcels.first_key_value().map(|(_, parcel)| parcel)
    }

    /// When the first one is due.
    pub(super) fn first_due(&self) -> Option<Instant> {
        self.parcels.first_key_value().map(|((due, _), _)| *due)
    }

    /// When the last one is due.
    pub(super) fn last_due(&self) -> Option<Instant> {
        self.parcels.last_key_value().map(|((due, _), _)| *due)
    }

    pub(super) fn pop(&mut self) -> Option<Parcel> {
        self.parcels.pop_first().map(|(_, parcel)| parcel)
    }

    /// Lets the first of those that are due at `due` go on at `now`.
    pub(super) fn hasten(&mut self, due: Instant, now: Instant) {
        let first = self.parcels.range((due, 0)..=(due, u64::MAX)).next().map(|(key, _)| *key);
        if let Some(parcel) = first.and_then(|key| self.parcels.remove(&key)) {
            self.put(parcel, now);
        }
    }

    /// Lets all that are due later go on at `now`, in their order.
    pub(super) fn release(&mut self, now: Instant) {
        for (_, parcel) in self.parcels.split_off(&(now, u64::MAX)) {
            self.put(parcel, now);
        }
    }

    /// How many were due before `now` and still are there; no more than `most` are counted.
    pub(super) fn overdue(&self, now: Instant, most: usize) -> usize {
        self.parcels.range(..(now, 0)).take(most).count()
    }
}
