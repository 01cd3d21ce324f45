//! Which program this is.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;

use super::Label;

/// The version of the program, as a label of a number that is always 1.
#[derive(Debug)]
pub(crate) struct Build;

impl Collector for Build {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let (name, help) = ("chaosgate_build_info", "The version of the program.");
        let mut family = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
        let labels: [Label<'_>; 1] = [("version", env!("CARGO_PKG_VERSION"))];
        ConstGauge::new(1_i64).encode(family.encode_family(&labels)?)
    }
}
