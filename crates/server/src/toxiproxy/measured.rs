//! The call `/metrics`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use chaosgate::LatenessMeter;
use prometheus_client::collector::Collector;
use tokio::runtime::Handle;

use super::metrics::Proxies;
use super::proxy::Proxy;
use crate::metrics::{self, Build, Gates, Metrics, Timers};
use crate::registry::Registry;

/// What `/metrics` shows; if that is nothing, there is no such call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measured {
    /// What goes through proxies and their gates, and how late timers are.
    pub proxies: bool,
    /// What the process takes, on Linux.
    pub process: bool,
}

impl Measured {
    /// All that can be shown.
    pub const ALL: Measured = Measured { proxies: true, process: true };

    /// What is to be shown of these.
    pub(super) fn metrics(self, registry: &Arc<Registry<Proxy>>) -> Option<Metrics> {
        let mut collectors: Vec<Box<dyn Collector>> = Vec::new();
        if self.proxies {
            collectors.push(Box::new(Build));
            collectors.push(Box::new(Gates(registry.clone())));
            collectors.push(Box::new(Timers(LatenessMeter::of(&Handle::current()))));
            collectors.push(Box::new(Proxies(registry.clone())));
        }
        #[cfg(target_os = "linux")]
        if self.process {
            collectors.push(Box::new(metrics::Process));
        }
        (self != Measured::default()).then(|| Metrics::new(collectors))
    }
}

pub(super) async fn show(State(metrics): State<Metrics>) -> Response {
    match metrics.text() {
        Ok(text) => ([(CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
