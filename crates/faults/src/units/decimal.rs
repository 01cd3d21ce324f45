//! Exact decimals: `1.001kB` is 1001 bytes, where floats make it 1000.9999999999999.

/// Splits the digits and dots at the front of `text` from the unit after them.
pub(super) fn split(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    (number, unit.trim_start_matches(' '))
}

/// `number * unit`, if `number` is a decimal and the product is whole and fits.
pub(super) fn exact(number: &str, unit: u128) -> Option<u128> {
    let (numerator, denominator) = fraction(number, unit)?;
    (numerator % denominator == 0).then_some(numerator / denominator)
}

/// `number * unit` to the nearest whole, if `number` is a decimal and the product fits.
pub(super) fn nearest(number: &str, unit: u128) -> Option<u128> {
    let (numerator, denominator) = fraction(number, unit)?;
    Some(numerator.checked_add(denominator / 2)? / denominator)
}

fn fraction(number: &str, unit: u128) -> Option<(u128, u128)> {
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    if whole.is_empty() || decimals.is_empty() {
        return None;
    }
    let digits: u128 = format!("{whole}{decimals}").parse().ok()?;
    let denominator = 10_u128.checked_pow(u32::try_from(decimals.len()).ok()?)?;
    Some((digits.checked_mul(unit)?, denominator))
}

/// The shortest text of `value` in one of `units`, smallest unit first: `100ms`, not `0.1s`.
pub(super) fn shortest<'a>(
    value: u128,
    units: impl IntoIterator<Item = (&'a str, u128)>,
) -> String {
    units
        .into_iter()
        .filter_map(|(name, unit)| Some(decimal(value, unit)? + name))
        .min_by_key(|text| (text.starts_with("0."), text.len()))
        .unwrap_or_default()
}

/// `value / unit` in digits, unless they do not end soon, as those of one second in minutes.
fn decimal(value: u128, unit: u128) -> Option<String> {
    const MOST_DECIMALS: usize = 20;

    let mut text = (value / unit).to_string();
    let mut rest = value % unit;
    if rest > 0 {
        text.push('.');
    }
    for _ in 0..MOST_DECIMALS {
        if rest == 0 {
            break;
        }
        rest *= 10;
        text += &(rest / unit).to_string();
        rest %= unit;
    }
    (rest == 0).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const UNITS: [(&str, u128); 3] = [("a", 1), ("b", 60), ("c", 1 << 10)];

    #[test]
    fn a_product_with_a_fraction_is_not_exact() {
        assert_eq!(exact("1.5", 60), Some(90));
        assert_eq!(exact("1.51", 60), None);
        assert_eq!(nearest("1.51", 60), Some(91));
    }

    #[test]
    fn what_is_no_decimal_or_too_large_is_none() {
        let [large, small] = ["9".repeat(40), format!("0.{:050}", 1)];
        for number in ["", ".", "1.", ".5", "1.2.3", &large, &small] {
            assert_eq!(nearest(number, 1000), None, "{number}");
        }
    }

    #[test]
    fn the_shortest_text_starts_with_no_needless_zero() {
        assert_eq!(shortest(0, UNITS), "0a");
        assert_eq!(shortest(6, UNITS), "6a");
        assert_eq!(shortest(90, UNITS), "90a");
        assert_eq!(shortest(1536, UNITS), "1.5c");
    }

    proptest! {
        #[test]
        fn the_shortest_text_is_exact(value in any::<u64>().prop_map(u128::from)) {
            let text = shortest(value, UNITS);
            let (number, name) = split(&text);
            let (_, unit) = UNITS.into_iter().find(|unit| unit.0 == name).unwrap();
            prop_assert_eq!(exact(number, unit), Some(value));
        }
    }
}
