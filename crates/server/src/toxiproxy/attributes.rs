//! What each type of toxic can be told.

use serde::{Serialize, Serializer};

use super::body::{BodyError, Object};

/// The attributes of a toxic, as they were received.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Attributes {
    /// In milliseconds.
    Latency {
        latency: i64,
        jitter: i64,
    },
    /// In thousands of bytes per second.
    Bandwidth {
        rate: i64,
    },
    /// In milliseconds.
    SlowClose {
        delay: i64,
    },
    /// In milliseconds.
    Timeout {
        timeout: i64,
    },
    /// In milliseconds.
    ResetPeer {
        timeout: i64,
    },
    /// In bytes, and the delay in microseconds.
    Slicer {
        average_size: i64,
        size_variation: i64,
        delay: i64,
    },
    LimitData {
        bytes: i64,
    },
    Noop {},
    /// From 0 to 1.
    PacketLoss {
        #[serde(serialize_with = "shortest")]
        loss_rate: f64,
        #[serde(serialize_with = "shortest")]
        correlation: f64,
    },
}

/// The types of toxics, with the attributes that each has if none are given.
const TYPES: [(&str, Attributes); 9] = [
    ("latency", Attributes::Latency { latency: 0, jitter: 0 }),
    ("bandwidth", Attributes::Bandwidth { rate: 0 }),
    ("slow_close", Attributes::SlowClose { delay: 0 }),
    ("timeout", Attributes::Timeout { timeout: 0 }),
    ("reset_peer", Attributes::ResetPeer { timeout: 0 }),
    ("slicer", Attributes::Slicer { average_size: 0, size_variation: 0, delay: 0 }),
    ("limit_data", Attributes::LimitData { bytes: 0 }),
    ("noop", Attributes::Noop {}),
    ("packet_loss", Attributes::PacketLoss { loss_rate: 0.0, correlation: 0.0 }),
];

impl Attributes {
    /// Those that a toxic of this type has if none are given.
    pub(super) fn of_type(name: &str) -> Option<Self> {
        TYPES.iter().find(|(known, _)| *known == name).map(|(_, attributes)| *attributes)
    }

    /// The same but for those that the object has.
    pub(super) fn updated(mut self, from: &mut Object) -> Result<Self, BodyError> {
        let mut integer = |name, value: &mut i64| {
            from.integer(name).map(|given| *value = given.unwrap_or(*value))
        };
        match &mut self {
            Attributes::Latency { latency, jitter } => {
                integer("latency", latency)?;
                integer("jitter", jitter)?;
            }
            Attributes::Bandwidth { rate } => integer("rate", rate)?,
            Attributes::SlowClose { delay } => integer("delay", delay)?,
            Attributes::Timeout { timeout } | Attributes::ResetPeer { timeout } => {
                integer("timeout", timeout)?;
            }
            Attributes::Slicer { average_size, size_variation, delay } => {
                integer("average_size", average_size)?;
                integer("size_variation", size_variation)?;
                integer("delay", delay)?;
            }
            Attributes::LimitData { bytes } => integer("bytes", bytes)?,
            Attributes::Noop {} => {}
            Attributes::PacketLoss { loss_rate, correlation } => {
                *loss_rate = from.number("loss_rate")?.unwrap_or(*loss_rate);
                *correlation = from.number("correlation")?.unwrap_or(*correlation);
            }
        }
        Ok(self)
    }
}

impl Attributes {
    /// Refuses what the model refuses. All else is brought within bounds, with a warning.
    pub(super) fn check(&self) -> Result<(), BodyError> {
        let out_of_bounds = |field, bounds| Err(BodyError::OutOfBounds { field, bounds });
        match *self {
            Attributes::Slicer { average_size: ..=0, .. } => {
                out_of_bounds("average_size", "greater than 0")
            }
            Attributes::Slicer { average_size, size_variation, .. }
                if !(0..=average_size).contains(&size_variation) =>
            {
                out_of_bounds("size_variation", "at least 0 and at most average_size")
            }
            _ => Ok(()),
        }
    }
}

/// A number as Go writes it: without a fraction where it has none.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
pub(super) fn shortest<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    match number.to_string().parse::<i64>() {
        Ok(whole) => serializer.serialize_i64(whole),
        Err(_) => serializer.serialize_f64(*number),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn updated(type_name: &str, with: Value) -> Result<Value, BodyError> {
        let attributes = Attributes::of_type(type_name).expect("a type");
        let updated = attributes.updated(&mut Object::new(with)?)?;
        Ok(serde_json::to_value(updated).expect("JSON"))
    }

    #[test]
    fn every_type_is_shown_with_all_its_attributes_and_none_other() {
        for (name, all) in [
            ("latency", json!({ "latency": 0, "jitter": 0 })),
            ("bandwidth", json!({ "rate": 0 })),
            ("slow_close", json!({ "delay": 0 })),
            ("timeout", json!({ "timeout": 0 })),
            ("reset_peer", json!({ "timeout": 0 })),
            ("slicer", json!({ "average_size": 0, "size_variation": 0, "delay": 0 })),
            ("limit_data", json!({ "bytes": 0 })),
            ("noop", json!({})),
            ("packet_loss", json!({ "loss_rate": 0, "correlation": 0 })),
        ] {
            assert_eq!(updated(name, json!({ "what": "not" })), Ok(all), "{name}");
        }
        assert_eq!(Attributes::of_type("Latency"), None, "the case of a type counts");
    }

    #[test]
    fn what_is_given_replaces_and_the_rest_stays() {
        let both = json!({ "latency": 7, "jitter": 0 });
        assert_eq!(updated("latency", json!({ "LATENCY": 7, "jitter": null })), Ok(both));
        let loss = json!({ "loss_rate": 0.25, "correlation": 1 });
        assert_eq!(
            updated("packet_loss", json!({ "loss_rate": 0.25, "correlation": 1 })),
            Ok(loss)
        );
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        assert!(updated("latency", json!({ "latency": "7" })).is_err());
        assert!(updated("packet_loss", json!({ "loss_rate": "0.5" })).is_err());
    }
}
