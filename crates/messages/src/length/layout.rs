//! Where in a message its length stands, and what it counts.

use std::fmt;
use std::str::FromStr;

use super::LayoutError;

/// Where in a message its length stands, and what it counts. Written `offset=0,size=4,order=big,counts=rest`, which
/// is also what counts for a parameter that is not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Layout {
    /// So many bytes stand before it, up to [`Layout::MOST_BEFORE`].
    pub(super) offset: u8,
    /// It has so many bytes: 1, 2, 4 or 8.
    pub(super) size: u8,
    pub(super) order: Order,
    pub(super) counts: Counts,
}

/// In which order the bytes of a length stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) enum Order {
    /// The highest first, as most protocols have it.
    #[default]
    Big,
    /// The lowest first.
    Little,
}

/// What a length counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) enum Counts {
    /// The bytes behind it.
    #[default]
    Rest,
    /// All bytes of the message, with its own and those before it.
    Message,
}

impl Layout {
    /// What counts if nothing is written.
    pub const DEFAULT: Layout =
        Layout { offset: 0, size: 4, order: Order::Big, counts: Counts::Rest };

    /// No more bytes than these may stand before a length.
    pub const MOST_BEFORE: u8 = 64;

    /// The bytes that have to be read to know the length.
    pub(super) fn head(self) -> usize {
        usize::from(self.offset) + usize::from(self.size)
    }
}

impl Default for Layout {
    fn default() -> Self {
        Layout::DEFAULT
    }
}

impl FromStr for Layout {
    type Err = LayoutError;

    fn from_str(text: &str) -> Result<Self, LayoutError> {
        let (mut offset, mut size, mut order, mut counts) = (None, None, None, None);
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let Some((name, value)) = part.split_once('=') else {
                return Err(LayoutError::NoValue { text: part.to_owned() });
            };
            let value = value.trim();
            match name.trim() {
                "offset" => {
                    let read = value.parse().ok().filter(|offset| *offset <= Self::MOST_BEFORE);
                    put(&mut offset, "offset", read, value, "0 to 64")?;
                }
                "size" => {
                    let read = value.parse().ok().filter(|size| [1, 2, 4, 8].contains(size));
                    put(&mut size, "size", read, value, "1, 2, 4 or 8")?;
                }
                "order" => put(&mut order, "order", Order::read(value), value, "big or little")?,
                "counts" => {
                    put(&mut counts, "counts", Counts::read(value), value, "rest or message")?;
                }
                _ => return Err(LayoutError::UnknownParameter { name: name.trim().to_owned() }),
            }
        }
        Ok(Layout {
            offset: offset.unwrap_or(Self::DEFAULT.offset),
            size: size.unwrap_or(Self::DEFAULT.size),
            order: order.unwrap_or_default(),
            counts: counts.unwrap_or_default(),
        })
    }
}

/// Puts the value of a parameter where none has been put.
fn put<T>(
    place: &mut Option<T>,
    parameter: &'static str,
    read: Option<T>,
    value: &str,
    expected: &'static str,
) -> Result<(), LayoutError> {
    let bad = || LayoutError::BadValue { parameter, value: value.to_owned(), expected };
    match place.replace(read.ok_or_else(bad)?) {
        None => Ok(()),
        Some(_) => Err(LayoutError::Twice { parameter }),
    }
}

impl Order {
    fn read(text: &str) -> Option<Self> {
        [Order::Big, Order::Little].into_iter().find(|order| order.as_str() == text)
    }

    fn as_str(self) -> &'static str {
        match self {
            Order::Big => "big",
            Order::Little => "little",
        }
    }
}

impl Counts {
    fn read(text: &str) -> Option<Self> {
        [Counts::Rest, Counts::Message].into_iter().find(|counts| counts.as_str() == text)
    }

    fn as_str(self) -> &'static str {
        match self {
            Counts::Rest => "rest",
            Counts::Message => "message",
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Layout { offset, size, order, counts } = self;
        let (order, counts) = (order.as_str(), counts.as_str());
        write!(f, "offset={offset},size={size},order={order},counts={counts}")
    }
}
