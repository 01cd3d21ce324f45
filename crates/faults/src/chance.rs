//! Where chance comes from: every decision follows from the gate's seed, and from nothing that
//! another connection, direction or entry did.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::Direction;

/// The generator that faults draw from.
pub type Dice = ChaCha8Rng;

/// Names the draws of one entry on one direction of one connection.
///
/// The same place gives the same draws in every run, however many other connections, directions
/// and entries there are, and in whatever order they come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    /// The seed of the gate, or of the [series](crate::Series) of draws that it has begun.
    pub(crate) seed: u64,
    /// The connection's number among those that draw from this seed.
    pub(crate) connection: u64,
    /// The direction that the entry works on.
    pub(crate) direction: Direction,
    /// The entry's name.
    pub(crate) name: &'a str,
}

/// What draws are for, so that the coin does not shift the fault's own draws.
#[derive(Clone, Copy)]
enum Purpose {
    Coin = 0,
    Fault = 1,
}

impl Place<'_> {
    /// The entry's coin on this connection: uniform in 0 to 1, and always the same, so that a
    /// changed probability is compared with the same number.
    pub(crate) fn coin(&self) -> f64 {
        self.dice(Purpose::Coin).random()
    }

    /// The generator for the fault's own decisions.
    pub(crate) fn fault_dice(&self) -> Dice {
        self.dice(Purpose::Fault)
    }

    /// `ChaCha` mixes its key thoroughly: the four numbers need no hash before they become one.
    fn dice(&self, purpose: Purpose) -> Dice {
        let way = self.direction as u64 * 256 + purpose as u64;
        let mut key = [0; 32];
        for (part, number) in
            key.chunks_exact_mut(8).zip([self.seed, self.connection, way, fnv1a(self.name)])
        {
            part.copy_from_slice(&number.to_le_bytes());
        }
        ChaCha8Rng::from_seed(key)
    }
}

/// FNV-1a, 64 bits (Fowler, Noll and Vo): the standard library's hashes may change with a release,
/// and with them what a seed means.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'_> =
        Place { seed: 7, connection: 1, direction: Direction::ToServer, name: "slow" };

    #[test]
    fn a_place_gives_the_same_coin_every_time() {
        assert_eq!(PLACE.coin().to_bits(), PLACE.coin().to_bits());
    }

    #[test]
    fn seed_connection_direction_and_name_each_change_the_coin() {
        let others = [
            Place { seed: 8, ..PLACE },
            Place { connection: 2, ..PLACE },
            Place { direction: Direction::ToClient, ..PLACE },
            Place { name: "slow-2", ..PLACE },
        ];
        for other in others {
            assert_ne!(PLACE.coin().to_bits(), other.coin().to_bits(), "{other:?}");
        }
    }

    /// 10,000 connections at 30 %: five standard deviations are 229.
    #[test]
    fn connections_draw_independently_of_each_other() {
        let hit = (0..10_000).filter(|&connection| Place { connection, ..PLACE }.coin() < 0.3);
        let count = hit.count();
        assert!((2_771..=3_229).contains(&count), "{count} of 10,000 at 30 %");
    }
}
