//! The units of bytes: `k`, `M`, `G` and `T` are powers of ten, `Ki`, `Mi`, `Gi` and `Ti` of two.

/// The name and the bytes of each unit, smallest first.
pub(super) const UNITS: [(&str, u128); 9] = [
    ("B", 1),
    ("kB", 1_000),
    ("KiB", 1 << 10),
    ("MB", 1_000_000),
    ("MiB", 1 << 20),
    ("GB", 1_000_000_000),
    ("GiB", 1 << 30),
    ("TB", 1_000_000_000_000),
    ("TiB", 1 << 40),
];

/// The bytes of a unit, in any case and with or without its `B`; none is the byte itself.
pub(super) fn bytes_in(name: &str) -> Option<u128> {
    let prefix = name.strip_suffix(['b', 'B']).unwrap_or(name);
    let is_meant = |unit: &str| unit.trim_end_matches('B').eq_ignore_ascii_case(prefix);
    let mut units = UNITS.into_iter();
    units.find_map(|(unit, bytes)| is_meant(unit).then_some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_a_power_of_ten_and_with_an_i_of_two() {
        for (names, bytes) in [(",B,b", 1), ("k,kB,KB,kb", 1_000), ("Mi,MiB,mib", 1 << 20)] {
            for name in names.split(',') {
                assert_eq!(bytes_in(name), Some(bytes), "{name}");
            }
        }
    }

    #[test]
    fn another_name_is_no_unit() {
        for name in ["i", "iB", "BB", "kBB", "kk", "P", "byte", "B/s"] {
            assert_eq!(bytes_in(name), None, "{name}");
        }
    }
}
