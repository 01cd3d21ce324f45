//! How times are written in an object: as numbers, to a microsecond.

/// A duration, in milliseconds.
pub(crate) mod in_ms {
    use std::time::Duration;

    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;

    pub(crate) fn serialize<S: Serializer>(time: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64((time.as_secs_f64() * 1e6).round() / 1e3)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        Duration::try_from_secs_f64(f64::deserialize(from)? / 1e3).map_err(D::Error::custom)
    }
}

/// A moment, in seconds since 1970 began.
pub(crate) mod since_1970 {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;

    pub(crate) fn serialize<S: Serializer>(at: &SystemTime, to: S) -> Result<S::Ok, S::Error> {
        // A clock that is that wrong says nothing else.
        let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
        to.serialize_f64((since.as_secs_f64() * 1e6).round() / 1e6)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SystemTime, D::Error> {
        let since =
            Duration::try_from_secs_f64(f64::deserialize(from)?).map_err(D::Error::custom)?;
        UNIX_EPOCH.checked_add(since).ok_or_else(|| D::Error::custom("it is too far in the future"))
    }
}
