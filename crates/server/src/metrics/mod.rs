//! What Prometheus is shown.
//!
//! | to find | look in |
//! |---|---|
//! | of each gate: connections, bytes, hits | `gates.rs` |
//! | which program it is | `build.rs` |
//! | how late timers are | `lateness.rs` |
//! | of the process, on Linux | `process.rs` |
//! | Toxiproxy's own | `../toxiproxy/metrics.rs` |

mod build;
mod gates;
mod lateness;
#[cfg(target_os = "linux")]
mod process;

use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::prometheus_text;
use prometheus_client::registry;

pub(crate) use build::Build;
pub(crate) use gates::Gates;
pub(crate) use lateness::Timers;
#[cfg(target_os = "linux")]
pub(crate) use process::Process;

/// A label: its name and its value. Of several, names stand in the order of the alphabet, as in Go:
/// scripts look for the text.
pub(crate) type Label<'a> = (&'static str, &'a str);

/// A counter: its name, what it is for, and how it is read.
pub(crate) type Counted<T> = (&'static str, &'static str, fn(&T) -> u64);

/// The type in which metrics are given.
pub(crate) const CONTENT_TYPE: &str = prometheus_text::CONTENT_TYPE;

/// All that is shown, read anew each time.
#[derive(Debug, Clone)]
pub(crate) struct Metrics(Arc<registry::Registry>);

impl Metrics {
    pub(crate) fn new(collectors: Vec<Box<dyn Collector>>) -> Self {
        let mut registry = registry::Registry::default();
        for collector in collectors {
            registry.register_collector(collector);
        }
        Metrics(Arc::new(registry))
    }

    /// In the text format of Prometheus.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.0)?;
        Ok(text)
    }
}
