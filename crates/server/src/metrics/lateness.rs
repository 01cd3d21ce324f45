//! How late the timers of faults are.

use std::fmt;
use std::time::Duration;

use chaosgate::{Lateness, LatenessMeter};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

/// How late the timers of faults are.
#[derive(Debug)]
pub(crate) struct Timers(pub(crate) LatenessMeter);

impl Collector for Timers {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Lateness { counts, sum } = self.0.read();
        let bounds = Lateness::BOUNDS.iter().map(Duration::as_secs_f64);
        let buckets: Vec<_> = bounds.zip(counts).collect();
        let help = "How much later than asked for a timer of a fault has fired.";
        let name = "chaosgate_timer_lateness_seconds";
        encoder
            .encode_descriptor(name, help, None, MetricType::Histogram)?
            .encode_histogram::<NoLabelSet>(sum.as_secs_f64(), counts.iter().sum(), &buckets, None)
    }
}
