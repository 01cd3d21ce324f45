//! What a toxic is in the gate: one entry, with its name and its coin.

use std::time::Duration;

use chaosgate::units::{ByteRate, ByteSize, Ratio, duration};
use chaosgate::{
    Bandwidth, Blackhole, Ends, EntrySpec, FaultSpec, How, Latency, LimitBytes, Loss, OnRemoval,
    Pass, Scope, Shape, Since, Slice, SlowClose, Stall, Unsent,
};

use super::attributes::Attributes;
use super::toxic::Toxic;
use super::warnings::{Warnings, step};

/// The entry that does what the toxic asks for, as near to that as there is sense in it.
pub(super) fn entry(toxic: &Toxic, warnings: &mut Warnings) -> EntrySpec {
    let what = format!("{} toxic \"{}\"", toxic.type_name, toxic.name);
    let mut clamp = Clamp { what, warnings };
    let probability = clamp.ratio("toxicity", f64::from(toxic.toxicity));
    let fault = fault(&toxic.attributes, &mut clamp);
    EntrySpec::new(fault).named(&toxic.name).with_probability(probability)
}

fn fault(attributes: &Attributes, clamp: &mut Clamp<'_>) -> FaultSpec {
    match *attributes {
        Attributes::Latency { latency, jitter } => {
            let Some(delay) = clamp.millis("latency", latency) else { return Pass {}.into() };
            let jitter = clamp.millis("jitter", jitter).unwrap_or_default();
            Latency { jitter, end: false, ..Latency::new(delay) }.into()
        }
        Attributes::Bandwidth { rate } => match clamp.rate("rate", rate) {
            None => Stall {}.into(),
            Some(rate) => {
                let (burst, scope) = (Some(ByteSize::new(0)), Scope::Connection);
                Bandwidth { rate, burst, scope }.into()
            }
        },
        Attributes::SlowClose { delay } => match clamp.millis("delay", delay) {
            None => Pass {}.into(),
            Some(delay) => SlowClose { delay }.into(),
        },
        Attributes::Timeout { timeout } => match clamp.millis("timeout", timeout) {
            None => Pass {}.into(),
            Some(after) => Blackhole {
                data: Some(Unsent::Discard),
                ends: Ends::Pass,
                close_after: (!after.is_zero()).then_some(after),
                since: Since::Met,
                how: How::Fin,
                on_removal: OnRemoval::Fin,
            }
            .into(),
        },
        Attributes::ResetPeer { timeout } => match clamp.millis("timeout", timeout) {
            None => Pass {}.into(),
            Some(after) => Blackhole {
                data: Some(Unsent::Discard),
                ends: Ends::Swallow,
                close_after: Some(after),
                since: Since::FirstData,
                how: How::Reset,
                ..Blackhole::default()
            }
            .into(),
        },
        Attributes::Slicer { average_size, size_variation, delay } => {
            let sizes = (
                clamp.whole("average_size", average_size),
                clamp.whole("size_variation", size_variation),
            );
            let pause = clamp.micros("delay", delay).unwrap_or_default();
            let (Some(average), Some(variation)) = sizes else { return Pass {}.into() };
            // It has been checked.
            let Ok(even) = Slice::new(average) else { return Pass {}.into() };
            let variation = ByteSize::new(variation);
            Slice { variation, pause, shape: Shape::Halving, ..even }.into()
        }
        Attributes::LimitData { bytes } => match clamp.whole("bytes", bytes) {
            None => Pass {}.into(),
            Some(bytes) => LimitBytes::new(bytes).into(),
        },
        Attributes::Noop {} => Pass {}.into(),
        Attributes::PacketLoss { loss_rate, correlation } => Loss {
            ratio: clamp.ratio("loss_rate", loss_rate),
            correlation: clamp.ratio("correlation", correlation),
        }
        .into(),
    }
}

/// The place of a field, or of one that every toxic has.
fn attribute(field: &str) -> String {
    let of_all = if field == "toxicity" { "" } else { "/attributes" };
    format!("{of_all}{}", step(field))
}

/// Brings values within their bounds, and says which were not.
struct Clamp<'a> {
    what: String,
    warnings: &'a mut Warnings,
}

impl Clamp<'_> {
    /// `None` if it is negative.
    fn whole(&mut self, field: &str, value: i64) -> Option<u64> {
        u64::try_from(value).ok().or_else(|| {
            let what = &self.what;
            let at = attribute(field);
            self.warnings.add(at, format!("{what}: {field} is {value}: below 0 it has no effect"));
            None
        })
    }

    fn millis(&mut self, field: &str, value: i64) -> Option<Duration> {
        self.whole(field, value).map(|value| Duration::from_millis(value).min(duration::MAX))
    }

    fn micros(&mut self, field: &str, value: i64) -> Option<Duration> {
        self.whole(field, value).map(|value| Duration::from_micros(value).min(duration::MAX))
    }

    /// Of thousands of bytes per second; `None` if nothing is to come through.
    fn rate(&mut self, field: &str, value: i64) -> Option<ByteRate> {
        const MOST: i64 = 1_000_000_000;
        let what = &self.what;
        if value < 0 {
            let says = format!("{what}: {field} is {value}: below 0 nothing comes through");
            self.warnings.add(attribute(field), says);
        } else if value == 0 {
            // That it cuts is what Testcontainers counts on, and who copies that.
            let says = format!(
                "{what}: {field} is 0: nothing comes through; in Toxiproxy 2.13 that is no limit"
            );
            self.warnings.remark(attribute(field), says);
        }
        ByteRate::try_from(value.clamp(0, MOST) * 1_000).ok()
    }

    fn ratio(&mut self, field: &str, value: f64) -> Ratio {
        Ratio::new(value).unwrap_or_else(|_| {
            let nearest = if value > 0.0 { Ratio::ONE } else { Ratio::ZERO };
            let what = &self.what;
            let says = format!("{what}: {field} is {value}: the nearest that can be is {nearest}");
            self.warnings.add(attribute(field), says);
            nearest
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::toxiproxy::warnings;

    /// The entry in the notation of the command line, and what is warned of.
    fn translated(type_name: &str, attributes: &Value) -> (String, Vec<String>) {
        let mut warnings = Warnings::default();
        let body = json!({ "type": type_name, "name": "t", "attributes": attributes });
        let toxic = Toxic::read(body, &mut warnings).expect("a toxic");
        let entry = entry(&toxic, &mut warnings).to_string();
        let headers = warnings.into_headers();
        let said = headers.get_all(warnings::HEADER).iter();
        (entry, said.map(|value| value.to_str().expect("ASCII").to_owned()).collect())
    }

    #[test]
    fn each_toxic_is_one_entry_of_its_name() {
        for (type_name, attributes, entry) in [
            (
                "latency",
                json!({ "latency": 100, "jitter": 10 }),
                "latency:delay=100ms,jitter=10ms,end=false,name=t",
            ),
            ("bandwidth", json!({ "rate": 10 }), "bandwidth:rate=10kB/s,burst=0B,name=t"),
            ("slow_close", json!({ "delay": 7 }), "slow_close:delay=7ms,name=t"),
            ("timeout", json!({}), "blackhole:data=discard,ends=pass,on_removal=fin,name=t"),
            (
                "timeout",
                json!({ "timeout": 7 }),
                "blackhole:data=discard,ends=pass,close_after=7ms,on_removal=fin,name=t",
            ),
            (
                "reset_peer",
                json!({}),
                "blackhole:data=discard,close_after=0s,since=first_data,how=reset,name=t",
            ),
            (
                "slicer",
                json!({ "average_size": 9, "delay": 5 }),
                "slice:size=9B,pause=5us,shape=halving,name=t",
            ),
            (
                "slicer",
                json!({ "average_size": 9, "size_variation": 9 }),
                "slice:size=9B,variation=9B,shape=halving,name=t",
            ),
            ("limit_data", json!({}), "limit_bytes:bytes=0B,name=t"),
            ("noop", json!({}), "pass:name=t"),
            (
                "packet_loss",
                json!({ "loss_rate": 0.5, "correlation": 0.25 }),
                "loss:ratio=0.5,correlation=0.25,name=t",
            ),
        ] {
            assert_eq!(
                translated(type_name, &attributes),
                (entry.to_owned(), vec![]),
                "{type_name}"
            );
        }
    }

    #[test]
    fn what_has_no_sense_is_accepted_with_a_warning() {
        for (type_name, attributes, entry) in [
            ("latency", json!({ "latency": -1 }), "pass:name=t"),
            (
                "latency",
                json!({ "latency": 1, "jitter": -1 }),
                "latency:delay=1ms,end=false,name=t",
            ),
            ("bandwidth", json!({ "rate": -1 }), "stall:name=t"),
            ("bandwidth", json!({}), "stall:name=t"),
            ("slow_close", json!({ "delay": -1 }), "pass:name=t"),
            ("timeout", json!({ "timeout": -1 }), "pass:name=t"),
            ("reset_peer", json!({ "timeout": -1 }), "pass:name=t"),
            ("limit_data", json!({ "bytes": -1 }), "pass:name=t"),
            ("packet_loss", json!({ "loss_rate": 7 }), "loss:ratio=1,name=t"),
            ("packet_loss", json!({ "correlation": -0.5 }), "loss:ratio=0,name=t"),
            ("noop", json!({ "rate": 1 }), "pass:name=t"),
        ] {
            let (translation, warnings) = translated(type_name, &attributes);
            assert_eq!(translation, entry);
            assert_eq!(warnings.len(), 1, "{type_name}: {warnings:?}");
        }
        let (_, warnings) = translated("latency", &json!({ "latency": -5 }));
        assert_eq!(warnings, ["latency toxic \"t\": latency is -5: below 0 it has no effect"]);
    }

    #[test]
    fn the_largest_numbers_are_brought_within_bounds() {
        let most = i64::MAX;
        for (type_name, attributes) in [
            ("latency", json!({ "latency": most, "jitter": most })),
            ("bandwidth", json!({ "rate": most })),
            ("slicer", json!({ "average_size": most, "size_variation": most, "delay": most })),
            ("limit_data", json!({ "bytes": most })),
        ] {
            let (entry, _) = translated(type_name, &attributes);
            assert!(entry.parse::<EntrySpec>().is_ok(), "{entry} is within the bounds");
        }
    }
}
