//! A toxic, as it was received: the dialect shows it so, whatever became of it in the gate.

use chaosgate::Direction;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::attributes::{Attributes, shortest};
use super::body::Object;
use super::error::ApiError;
use super::warnings::Warnings;

/// A toxic, as it was received.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Toxic {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) type_name: String,
    pub(super) stream: Stream,
    #[serde(serialize_with = "toxicity")]
    pub(super) toxicity: f32,
    pub(super) attributes: Attributes,
}

/// A toxic that was given with its proxy.
#[derive(Debug, Clone)]
pub(super) struct GivenToxic {
    /// Its place in what was given, a pointer as in JSON.
    pub(super) at: String,
    pub(super) toxic: Toxic,
}

/// A direction in Toxiproxy's words, as somebody has spelled it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stream {
    spelled: String,
    pub(super) direction: Direction,
}

impl Stream {
    fn read(spelled: String) -> Result<Self, ApiError> {
        let direction = match spelled.to_ascii_lowercase().as_str() {
            "upstream" => Direction::ToServer,
            "downstream" => Direction::ToClient,
            _ => return Err(ApiError::InvalidStream),
        };
        Ok(Stream { spelled, direction })
    }
}

impl Serialize for Stream {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.spelled)
    }
}

impl Toxic {
    /// Reads a toxic that is to be.
    pub(super) fn read(body: Value, warnings: &mut Warnings) -> Result<Self, ApiError> {
        let mut body = Object::new(body)?;
        let name = body.text("name")?.filter(|name| !name.is_empty());
        let type_name = body.text("type")?.unwrap_or_default();
        let spelled = body.text("stream")?.unwrap_or_else(|| "downstream".to_owned());
        let toxicity = body.small_number("toxicity")?.unwrap_or(1.0);
        let stream = Stream::read(spelled)?;
        let attributes = Attributes::of_type(&type_name).ok_or(ApiError::InvalidToxicType)?;
        let name = name.unwrap_or_else(|| format!("{type_name}_{}", stream.spelled));
        let mut given = body.object("attributes")?;
        let attributes = attributes.updated(&mut given)?;
        body.warn_of_left("", &format!("toxic \"{name}\""), &[], warnings);
        given.warn_of_left("/attributes", &format!("{type_name} toxic \"{name}\""), &[], warnings);
        Ok(Toxic { name, type_name, stream, toxicity, attributes })
    }

    /// The same but for what the body has; name, type and stream cannot change.
    pub(super) fn updated(&self, body: Value, warnings: &mut Warnings) -> Result<Self, ApiError> {
        let mut body = Object::new(body)?;
        let toxicity = body.small_number("toxicity")?.unwrap_or(self.toxicity);
        let mut given = body.object("attributes")?;
        let attributes = self.attributes.updated(&mut given)?;
        let Toxic { name, type_name, .. } = self;
        body.warn_of_left("", &format!("toxic \"{name}\""), &["name", "type", "stream"], warnings);
        given.warn_of_left("/attributes", &format!("{type_name} toxic \"{name}\""), &[], warnings);
        Ok(Toxic { toxicity, attributes, ..self.clone() })
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn toxicity<S: Serializer>(toxicity: &f32, serializer: S) -> Result<S::Ok, S::Error> {
    // By its own decimals: those of the same number in 64 bits would be 0.10000000149011612.
    shortest(&toxicity.to_string().parse().unwrap_or(f64::from(*toxicity)), serializer)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: Value) -> Result<Toxic, String> {
        Toxic::read(body, &mut Warnings::default()).map_err(|error| error.to_string())
    }

    fn shown(toxic: &Toxic) -> Value {
        serde_json::to_value(toxic).expect("JSON")
    }

    #[test]
    fn a_toxic_is_named_after_its_type_and_its_stream_as_spelled() {
        let toxic = read(json!({ "type": "noop", "stream": "UpStream" })).expect("a toxic");
        assert_eq!(
            (toxic.name.as_str(), toxic.stream.direction),
            ("noop_UpStream", Direction::ToServer)
        );
        assert_eq!(shown(&toxic)["stream"], "UpStream");
        let toxic = read(json!({ "type": "noop", "name": "" })).expect("a toxic");
        assert_eq!(toxic.name, "noop_downstream");
    }

    #[test]
    fn a_toxicity_is_shown_as_it_was_given() {
        for toxicity in [json!(0.1), json!(1), json!(2.5), json!(-1), json!(0), json!(0.333)] {
            let toxic = read(json!({ "type": "noop", "toxicity": toxicity })).expect("a toxic");
            assert_eq!(shown(&toxic)["toxicity"], toxicity);
        }
    }

    #[test]
    fn a_toxicity_beyond_32_bits_is_no_number() {
        let largest = read(json!({ "type": "noop", "toxicity": 3.4e38 })).expect("a toxic");
        assert!(largest.toxicity.is_finite());
        for toxicity in [1e39, -1e39] {
            let error =
                read(json!({ "type": "noop", "toxicity": toxicity })).expect_err("no toxic");
            let beginning = format!("bad request body: toxicity is {} and not", json!(toxicity));
            assert!(error.starts_with(&beginning), "{error}");
        }
    }

    #[test]
    fn the_stream_is_checked_before_the_type_and_the_type_before_the_attributes() {
        let wrong = json!({ "stream": "sideways", "type": "nothing", "attributes": 7 });
        let stream = "stream was invalid, can be either upstream or downstream";
        assert_eq!(read(wrong), Err(stream.to_owned()));
        assert_eq!(read(json!({ "type": "noop", "stream": "" })), Err(stream.to_owned()));
        let wrong = json!({ "type": "nothing", "attributes": 7 });
        assert_eq!(read(wrong), Err("invalid toxic type".to_owned()));
        let wrong = json!({ "type": "noop", "attributes": 7 });
        assert_eq!(
            read(wrong),
            Err("bad request body: attributes is 7 and not an object".to_owned())
        );
    }

    #[test]
    fn what_an_update_does_not_give_stays() {
        let written = json!({ "type": "latency", "toxicity": 0.5, "attributes": { "latency": 9 } });
        let toxic = read(written).expect("a toxic");
        let update =
            json!({ "name": "n", "type": "t", "stream": "s", "attributes": { "jitter": 1 } });
        let updated = toxic.updated(update, &mut Warnings::default()).expect("a toxic");
        let attributes = Attributes::Latency { latency: 9, jitter: 1 };
        assert_eq!(updated, Toxic { attributes, ..toxic });
    }
}
