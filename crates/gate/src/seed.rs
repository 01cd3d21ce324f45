//! Seeds that nobody has given.

/// So many bits fewer than 64 has a seed that is drawn or derived: what knows floats alone, as JavaScript
/// and jq, shows and repeats it to the last digit.
const TOO_FINE: u32 = u64::BITS - f64::MANTISSA_DIGITS;

/// A seed that is drawn: below 2^53.
pub fn drawn_seed() -> u64 {
    seed_of(rand::random())
}

/// What is made of 64 bits that are derived from something, so that they are a seed: below 2^53.
pub fn seed_of(bits: u64) -> u64 {
    bits >> TOO_FINE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_that_nobody_has_given_is_the_same_as_a_float() {
        for seed in [drawn_seed(), seed_of(u64::MAX), seed_of(u64::MAX - 2048)] {
            assert!(seed < 1 << 53, "{seed}");
        }
    }
}
