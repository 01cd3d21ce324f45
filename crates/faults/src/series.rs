//! Which draws belong to which connection.

use std::sync::Arc;

/// Where the draws of a gate's connections come from, from a moment on.
///
/// A gate is told to begin one, so that what is drawn from then on follows from one seed, and not from
/// who was there before: connections that come later are numbered from 1 for their draws, and those that
/// stand have numbers of their own, the oldest first. What users see as a connection's number stays.
#[derive(Debug, Clone, Default)]
pub struct Series(Arc<Begun>);

#[derive(Debug, Default)]
struct Begun {
    seed: u64,
    /// How many series the gate had before it.
    place: u64,
    /// The number of the last connection before it.
    last: u64,
    /// The numbers of those that stood when it began, in order.
    standing: Vec<u64>,
}

impl Series {
    /// The first of a gate, to which no connection has come.
    pub fn first(seed: u64) -> Self {
        Series(Arc::new(Begun { seed, ..Begun::default() }))
    }

    /// The one that begins after the connection of the number `last` has come, while those of the
    /// numbers `standing` stand, the oldest first.
    #[must_use]
    pub fn next(&self, seed: u64, last: u64, standing: Vec<u64>) -> Self {
        Series(Arc::new(Begun { seed, place: self.0.place + 1, last, standing }))
    }

    /// The seed of its draws.
    pub fn seed(&self) -> u64 {
        self.0.seed
    }

    /// The number that a connection has for its draws. From 1 for those that came later; those that
    /// stood count down from the largest, so that no two have one.
    pub fn number_of(&self, connection: u64) -> u64 {
        let Begun { last, standing, .. } = &*self.0;
        if connection > *last {
            return connection - last;
        }
        let (Ok(place) | Err(place)) = standing.binary_search(&connection);
        u64::MAX - place as u64
    }

    /// The one that began later.
    pub(crate) fn or_later<'a>(&'a self, other: &'a Series) -> &'a Series {
        if other.0.place > self.0.place { other } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_numbers_connections_as_the_gate_does() {
        assert_eq!([1, 2, 9].map(|number| Series::first(7).number_of(number)), [1, 2, 9]);
    }

    #[test]
    fn a_later_one_numbers_from_1_whoever_was_there_before() {
        let first = Series::first(7);
        for (last, standing) in [(0, vec![]), (4, vec![]), (90, vec![3, 80])] {
            let next = first.next(8, last, standing);
            assert_eq!([1, 2].map(|number| next.number_of(last + number)), [1, 2]);
        }
    }

    #[test]
    fn those_that_stood_are_numbered_by_their_age_alone() {
        let next = |last, standing: &[u64]| {
            let series = Series::first(7).next(8, last, standing.to_vec());
            standing.iter().map(|number| series.number_of(*number)).collect::<Vec<_>>()
        };
        assert_eq!(next(9, &[2, 5, 9]), next(70, &[10, 11, 70]));
        assert_eq!(next(9, &[2, 5, 9]), [u64::MAX, u64::MAX - 1, u64::MAX - 2]);
    }

    #[test]
    fn the_one_that_began_later_is_found_from_both() {
        let first = Series::first(7);
        let next = first.next(8, 0, Vec::new());
        assert_eq!((first.or_later(&next).seed(), next.or_later(&first).seed()), (8, 8));
    }
}
