//! What the process takes, by the names that Prometheus has for it.

use std::fmt;

use procfs::process::LimitValue;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// What the process takes.
#[derive(Debug)]
pub(crate) struct Process;

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        // Without /proc there is nothing to be shown.
        let Ok(usage) = Usage::now() else { return Ok(()) };
        let cpu = ConstCounter::new(usage.cpu_seconds);
        encode(&mut encoder, "process_cpu_seconds", "Processor time, of user and system.", &cpu)?;
        for (name, help, value) in [
            ("process_open_fds", "Open file descriptors.", usage.open_fds),
            ("process_max_fds", "The most file descriptors that may be open.", usage.max_fds),
            ("process_virtual_memory_bytes", "Virtual memory.", usage.virtual_bytes),
            ("process_resident_memory_bytes", "Resident memory.", usage.resident_bytes),
            ("process_start_time_seconds", "When it began, since the epoch.", usage.start_time),
        ] {
            encode(&mut encoder, name, help, &ConstGauge::new(value))?;
        }
        Ok(())
    }
}

fn encode(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    metric: &impl EncodeMetric,
) -> fmt::Result {
    metric.encode(encoder.encode_descriptor(name, help, None, metric.metric_type())?)
}

struct Usage {
    cpu_seconds: f64,
    open_fds: f64,
    max_fds: f64,
    virtual_bytes: f64,
    resident_bytes: f64,
    start_time: f64,
}

impl Usage {
    #[expect(clippy::cast_precision_loss, reason = "a metric is a float")]
    fn now() -> procfs::ProcResult<Self> {
        let process = procfs::process::Process::myself()?;
        let stat = process.stat()?;
        let ticks = procfs::ticks_per_second() as f64;
        let max_fds = match process.limits()?.max_open_files.soft_limit {
            LimitValue::Value(most) => most as f64,
            LimitValue::Unlimited => f64::INFINITY,
        };
        Ok(Usage {
            cpu_seconds: (stat.utime + stat.stime) as f64 / ticks,
            open_fds: process.fd_count()? as f64,
            max_fds,
            virtual_bytes: stat.vsize as f64,
            resident_bytes: stat.rss as f64 * procfs::page_size() as f64,
            start_time: procfs::boot_time_secs()? as f64 + stat.starttime as f64 / ticks,
        })
    }
}
