//! The one list of faults: what users write.

use std::fmt;
use std::sync::LazyLock;

use schemars::{JsonSchema as _, Schema, SchemaGenerator, schema_for};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::field_info::FieldInfo;
use crate::kind::Kind;
use crate::kind_info::KindInfo;
use crate::kinds::{self, Lent};
use crate::{Code, Fault, Meeting, SpecError, Transport, document, notation};

/// A line for each fault makes the enum, its names, and the ways in and out.
macro_rules! faults {
    ($($name:literal => $kind:ident,)*) => {
        /// A fault as data: comparable, printable, and the same in every interface.
        ///
        /// [`Display`](fmt::Display) gives the notation of the command line, in which an
        /// [`EntrySpec`](crate::EntrySpec) can be read; serde gives an object with a `type`.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(tag = "type")]
        pub enum FaultSpec {
            $(
                #[doc = concat!("`", $name, "`; see [`", stringify!($kind), "`](kinds::", stringify!($kind), ").")]
                #[serde(rename = $name)]
                $kind(kinds::$kind),
            )*
            /// A fault that is code, such as one of the user's own; see [`Code`]. Not to be written
            /// in any document.
            #[serde(serialize_with = "Code::refuse_to_serialize")]
            Code(Code),
        }

        impl FaultSpec {
            /// The name of its type, such as `latency`; one that is code has its own.
            pub fn type_name(&self) -> &str {
                match self {
                    $(FaultSpec::$kind(_) => $name,)*
                    FaultSpec::Code(code) => code.name(),
                }
            }

            /// Whether it can work on such traffic.
            ///
            /// # Errors
            ///
            /// The reason why it cannot.
            pub fn suits(&self, transport: Transport) -> Result<(), &'static str> {
                match self {
                    $(FaultSpec::$kind(kind) => kind.suits(transport),)*
                    FaultSpec::Code(code) => code.suits(),
                }
            }

            /// Starts it on one direction of one connection; `None` if it has no effect.
            pub(crate) fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
                match self {
                    $(FaultSpec::$kind(kind) => kind.start(meeting),)*
                    FaultSpec::Code(code) => Some(code.start(meeting)),
                }
            }

            /// Whether it has a part that works on the other direction.
            pub(crate) fn works_both_ways(&self) -> bool {
                match self {
                    $(FaultSpec::$kind(kind) => kind.works_both_ways(),)*
                    FaultSpec::Code(_) => false,
                }
            }

            /// Whether something else than its chain may change what it does next: the other
            /// direction, another connection, somebody's code.
            pub(crate) fn heeds_others(&self) -> bool {
                match self {
                    $(FaultSpec::$kind(kind) => kind.heeds_others(),)*
                    FaultSpec::Code(_) => true,
                }
            }

            /// Whether a connection on which nothing comes may show that it was there.
            pub(crate) fn acts_unseen(&self) -> bool {
                match self {
                    $(FaultSpec::$kind(kind) => kind.acts_unseen(),)*
                    FaultSpec::Code(code) => code.acts_unseen(),
                }
            }

            /// Starts that part on the other direction of the same connection.
            pub(crate) fn start_opposite(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
                match self {
                    $(FaultSpec::$kind(kind) => kind.start_opposite(meeting),)*
                    FaultSpec::Code(_) => None,
                }
            }

            /// Reads the fault of the type `name` from its fields. `beside` are fields that have
            /// been taken out before.
            pub(crate) fn from_fields(
                name: &str,
                mut fields: Map<String, Value>,
                beside: &[FieldInfo],
            ) -> Result<Self, SpecError> {
                fields.shift_remove("type");
                match info(name) {
                    $(Some(kind) if kind.name == $name => {
                        read(kind, fields, beside).map(FaultSpec::$kind)
                    })*
                    _ => Err(SpecError::unknown_fault(name, infos().iter().map(|kind| kind.name))),
                }
            }
        }

        /// What there is to know of each type of fault, in the order of the list.
        pub(crate) fn infos() -> &'static [KindInfo] {
            static INFOS: LazyLock<Vec<KindInfo>> = LazyLock::new(|| {
                vec![$(KindInfo::new($name, kinds::$kind::EXAMPLE, &schema_for!(kinds::$kind)),)*]
            });
            &INFOS
        }

        /// The schema of each type of fault, with its name, in the order of the list.
        pub(crate) fn schemas(generator: &mut SchemaGenerator) -> Vec<(&'static str, Schema)> {
            vec![$(($name, kinds::$kind::json_schema(generator)),)*]
        }

        $(
            impl From<kinds::$kind> for FaultSpec {
                fn from(kind: kinds::$kind) -> Self {
                    FaultSpec::$kind(kind)
                }
            }
        )*
    };
}

faults! {
    "pass" => Pass,
    "stall" => Stall,
    "drop" => Drop,
    "blackhole" => Blackhole,
    "latency" => Latency,
    "bandwidth" => Bandwidth,
    "slice" => Slice,
    "coalesce" => Coalesce,
    "corrupt" => Corrupt,
    "loss" => Loss,
    "burst_loss" => BurstLoss,
    "duplicate" => Duplicate,
    "reorder" => Reorder,
    "truncate" => Truncate,
    "close_on_data" => CloseOnData,
    "limit_bytes" => LimitBytes,
    "lifetime" => Lifetime,
    "idle" => Idle,
    "slow_close" => SlowClose,
    "reset" => Reset,
}

impl FaultSpec {
    /// Reads a fault from an object with a `type`.
    ///
    /// # Errors
    ///
    /// [`SpecError`] names what is wrong.
    pub fn from_object(object: Map<String, Value>) -> Result<Self, SpecError> {
        FaultSpec::from_fields(&document::type_of(&object)?, object, &[])
    }

    /// What lends its direction to somebody outside, if it does.
    pub fn lent(&self) -> Option<&Lent> {
        match self {
            FaultSpec::Code(Code::Lent(lent)) => Some(lent),
            _ => None,
        }
    }

    /// Whether it lends its direction to somebody outside.
    pub(crate) fn lends(&self) -> bool {
        self.lent().is_some()
    }

    /// The fields as a document has them, without those that have their default.
    pub(crate) fn fields(&self) -> Map<String, Value> {
        let known = info(self.type_name()).map_or(&[][..], |kind| &kind.fields);
        let mut fields = document::written(self, known);
        // What removes by swapping would change the order of the fields.
        fields.shift_remove("type");
        fields
    }
}

/// What there is to know of the type of fault with this name.
fn info(name: &str) -> Option<&'static KindInfo> {
    infos().iter().find(|kind| kind.name == name)
}

/// Reads the fields of one kind; what is known of them is checked first, for the clearer error.
fn read<T: DeserializeOwned>(
    kind: &KindInfo,
    fields: Map<String, Value>,
    beside: &[FieldInfo],
) -> Result<T, SpecError> {
    kind.check(&fields, beside)?;
    document::read(kind.name, fields)
}

impl<C: Into<Code>> From<C> for FaultSpec {
    fn from(code: C) -> Self {
        FaultSpec::Code(code.into())
    }
}

impl<'de> Deserialize<'de> for FaultSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        FaultSpec::from_object(document::object(deserializer)?).map_err(D::Error::custom)
    }
}

impl fmt::Display for FaultSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FaultSpec::Code(code) => code.fmt(f),
            _ => notation::write(f, self.type_name(), &self.fields()),
        }
    }
}
