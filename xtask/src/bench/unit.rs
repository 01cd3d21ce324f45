//! Values as people read them.

use serde::{Deserialize, Serialize};

/// What a value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Unit {
    BytesPerSecond,
    Bytes,
    ConnectionsPerSecond,
    DatagramsPerSecond,
    Seconds,
}

impl Unit {
    /// Whether a smaller value is the better one.
    pub(super) fn is_cost(self) -> bool {
        matches!(self, Self::Seconds | Self::Bytes)
    }

    /// A value, to three digits.
    pub(super) fn shown(self, value: f64) -> String {
        let (scales, unit): (&[_], _) = match self {
            Self::BytesPerSecond => (&[(1e9, "G"), (1e6, "M"), (1e3, "k")], "B/s"),
            Self::Bytes => (&[(1e6, "M"), (1e3, "k")], "B"),
            Self::ConnectionsPerSecond | Self::DatagramsPerSecond => (&[(1e3, "k")], "/s"),
            Self::Seconds => (&[(1.0, ""), (1e-3, "m"), (1e-6, "u")], "s"),
        };
        // What three digits would show as a thousand is one of the next unit.
        let fits = |(scale, _): &&(f64, &str)| value.abs() >= *scale * 0.9995;
        let smallest = if self == Self::Seconds { (1e-6, "u") } else { (1.0, "") };
        let &(scale, prefix) = scales.iter().find(fits).unwrap_or(&smallest);
        format!("{} {prefix}{unit}", digits(value / scale))
    }

    /// What a value is beside another one: a time by how much longer it is, all else by its share.
    pub(super) fn beside(self, value: f64, other: f64) -> String {
        if self == Self::Seconds {
            let longer = value - other;
            let sign = if longer < 0.0 { "" } else { "+" };
            format!("{sign}{}", self.shown(longer))
        } else {
            format!("{:.3}", value / other)
        }
    }

    /// Processor time for one of what is counted; of bytes, for a billion.
    pub(super) fn cpu(self, seconds: f64) -> String {
        match self {
            Self::BytesPerSecond => format!("{:.3} s/GB", seconds * 1e9),
            _ => format!("{} us", digits(seconds * 1e6)),
        }
    }
}

fn digits(value: f64) -> String {
    let decimals = match value.abs() {
        large if large >= 99.95 => 0,
        medium if medium >= 9.995 => 1,
        _ => 2,
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_three_digits_and_its_unit() {
        let shown = [
            Unit::BytesPerSecond.shown(1_341_093_592.8),
            Unit::BytesPerSecond.shown(99_960_000.0),
            Unit::BytesPerSecond.shown(999_600.0),
            Unit::Bytes.shown(3162.1),
            Unit::Bytes.shown(12.0),
            Unit::ConnectionsPerSecond.shown(7403.4),
            Unit::Seconds.shown(0.000_022_5),
            Unit::Seconds.shown(0.010_08),
            Unit::Seconds.shown(0.000_000_5),
        ];
        let expected = [
            "1.34 GB/s",
            "100 MB/s",
            "1.00 MB/s",
            "3.16 kB",
            "12.0 B",
            "7.40 k/s",
            "22.5 us",
            "10.1 ms",
            "0.50 us",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_time_is_so_much_longer_and_a_rate_so_large_a_share() {
        assert_eq!(Unit::Seconds.beside(0.000_04, 0.000_025), "+15.0 us");
        assert_eq!(Unit::Seconds.beside(0.000_025, 0.000_04), "-15.0 us");
        assert_eq!(Unit::BytesPerSecond.beside(1e9, 2e9), "0.500");
    }

    #[test]
    fn processor_time_is_for_a_gigabyte_or_for_one() {
        assert_eq!(Unit::BytesPerSecond.cpu(2.5e-10), "0.250 s/GB");
        assert_eq!(Unit::ConnectionsPerSecond.cpu(1.06e-4), "106 us");
    }
}
