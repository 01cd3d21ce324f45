//! A number of bytes written as text: `64KiB`, `10kB`, `1234B`.

use std::num::NonZeroU64;

use serde_json::Value;

use super::{KIND, UnitError, byte_unit, decimal};

/// A number of bytes, such as the length of a stream; any `u64`.
///
/// It is written `"64KiB"`, `"10kB"` or `"1000"`, or as the number `1000`, and shown in the
/// shortest form that is read back exactly.
///
/// ```
/// use chaosgate_faults::units::ByteSize;
///
/// let size: ByteSize = "64KiB".parse()?;
/// assert_eq!(size, ByteSize::new(65_536));
/// assert_eq!(ByteSize::new(1000).to_string(), "1kB");
/// # Ok::<(), chaosgate_faults::units::UnitError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSize(u64);

impl ByteSize {
    /// One, as a person may write it.
    pub const EXAMPLE: &'static str = "64KiB";

    /// The size of this many bytes.
    pub const fn new(bytes: u64) -> Self {
        Self(bytes)
    }

    /// The number of bytes.
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// A [`ByteSize`] of 1 byte or more, such as the length of a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NonZeroByteSize(NonZeroU64);

impl NonZeroByteSize {
    /// The size of this many bytes.
    pub(crate) const fn of(bytes: NonZeroU64) -> Self {
        NonZeroByteSize(bytes)
    }

    /// The size of this many bytes.
    ///
    /// # Errors
    ///
    /// When `bytes` is 0.
    pub fn new(bytes: u64) -> Result<Self, UnitError> {
        bytes.try_into()
    }

    /// The number of bytes, 1 or more.
    pub const fn get(self) -> u64 {
        self.0.get()
    }
}

macro_rules! byte_size {
    ($type:ident, $least:literal, $checked:expr) => {
        impl $type {
            fn read(written: &Value) -> Result<Self, UnitError> {
                let size = read(written).and_then($checked).map(Self);
                size.ok_or_else(|| UnitError::$type(written.to_string()))
            }

            pub(super) fn bounds() -> String {
                format!("{}, such as \"{}\"", whole_bytes_from($least), ByteSize::EXAMPLE)
            }

            fn text(self) -> String {
                decimal::shortest(self.get().into(), byte_unit::UNITS)
            }
        }

        write_as_text!($type);
        made_of_numbers!($type, |digits: &str| digits.parse().ok().map($type), i32, i64, u32, u64, usize);
        read_from_text_and_json!($type, {
            "description": concat!("A number of bytes, ", $least, " or more: k is 1000, Ki is 1024."),
            "type": ["string", "integer"],
            "minimum": $least,
            "maximum": u64::MAX,
            "pattern": r"^[0-9]+(\.[0-9]+)? *([kKmMgGtT][iI]?)?[bB]?$",
            "examples": [ByteSize::EXAMPLE, "10kB", 1000],
            (KIND): { "type": "byte_size", "least": ByteSize($least), "most": ByteSize(u64::MAX) },
        });
    };
}

byte_size!(ByteSize, 0, Some);
byte_size!(NonZeroByteSize, 1, NonZeroU64::new);

/// The sizes from this one on, for people.
pub(crate) fn whole_bytes_from(least: u64) -> String {
    format!("{least} to 2^{} - 1 whole bytes", u64::BITS)
}

fn read(written: &Value) -> Option<u64> {
    let Some(text) = written.as_str() else {
        return written.as_u64();
    };
    let (number, name) = decimal::split(text);
    decimal::exact(number, byte_unit::bytes_in(name)?)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_without_a_unit_is_in_bytes() {
        for json in ["1000", r#""1000""#, r#""1000B""#, r#""1 kB""#] {
            let size: ByteSize = serde_json::from_str(json).unwrap();
            assert_eq!(size, ByteSize::new(1000));
        }
    }

    #[test]
    fn the_display_is_the_shortest_form() {
        for text in ["0B", "1kB", "1234B", "64KiB", "10kB", "1.5MiB"] {
            assert_eq!(text.parse::<ByteSize>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_out_of_bounds_is_refused_with_the_bounds() {
        let message = "is no byte size: it must be 0 to 2^64 - 1 whole bytes, such as \"64KiB\"";
        for json in
            r#"-1,1.5,1.8446744073709552e+19,true,"-1kB","1.5B","16777216TiB","1kBB","""#.split(',')
        {
            let refused = serde_json::from_str::<ByteSize>(json).unwrap_err();
            assert_eq!(refused.to_string(), format!("{json} {message}"));
        }
        let message = "0 is no byte size: it must be 1 to 2^64 - 1 whole bytes, such as \"64KiB\"";
        assert_eq!(NonZeroByteSize::new(0).unwrap_err().to_string(), message);
    }

    proptest! {
        #[test]
        fn the_display_parses_back(bytes: u64, zeros in 0..64) {
            let size = ByteSize::new(bytes >> zeros << zeros);
            prop_assert_eq!(size.to_string().parse(), Ok(size));
            if let Ok(size) = NonZeroByteSize::new(bytes >> zeros) {
                prop_assert_eq!(size.to_string().parse(), Ok(size));
            }
        }
    }
}
