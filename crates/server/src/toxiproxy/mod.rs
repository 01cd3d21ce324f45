//! Toxiproxy's interface: its proxies are gates, and its toxics are entries.
//!
//! A translation and no second engine: what is kept here is what was said, to be shown again. What
//! Toxiproxy's own server does is called the model's way.
//!
//! | to find | look in |
//! |---|---|
//! | the calls | `proxies.rs`, `toxics.rs`, `populate.rs`; a file: `configuration.rs` |
//! | what all calls have in common | `every_call.rs`, `request.rs`, `error.rs` |
//! | what a proxy is | `proxy.rs`; as somebody says it: `given.rs`; how it changes: `maker.rs` |
//! | what a toxic is | `toxic.rs`, `attributes.rs` |
//! | what a toxic is in the gate | `at_work.rs`, `translation.rs` |
//! | what Prometheus is shown | `measured.rs`, `metrics.rs`; what is counted: `counts.rs`, `ledger.rs` |
//! | reading JSON | `body.rs` |
//! | reading addresses | `listen.rs`, `upstream.rs`, `service_names.rs` |
//! | what is accepted and has no effect | `warnings.rs` |

mod at_work;
mod attributes;
mod body;
mod configuration;
mod counts;
mod error;
mod every_call;
mod given;
mod ledger;
mod listen;
mod maker;
mod measured;
mod metrics;
mod populate;
mod proxies;
mod proxy;
mod request;
mod service_names;
mod toxic;
mod toxics;
mod translation;
mod upstream;
mod warnings;

use std::sync::Arc;

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::{MethodFilter, any, get, on, post};
use axum::{Router, middleware};
use chaosgate_config::Config;

use crate::every_call::{Rules, of_every_call};
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::registry::{ApplyError, Kept, Plan, Registry};
use crate::token::Token;
pub use configuration::{ConfigurationError, Configured};
use error::ApiError;
pub use ledger::Ledger;
pub use measured::Measured;
pub use proxy::Proxy;
pub use warnings::Complaint;

/// The version of Toxiproxy whose interface this is. Clients read it as numbers with dots between.
pub const VERSION: &str = "2.13.0";

/// The gates of a registry as proxies.
#[derive(Debug, Clone)]
pub struct Dialect {
    registry: Arc<Registry<Proxy>>,
    limits: Limits,
    keeps_counts: bool,
    metrics: Option<Metrics>,
    token: Option<Token>,
}

impl Dialect {
    /// Shows the gates of this registry as proxies. Is to be called on the runtime of the gates.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    pub fn new(registry: Arc<Registry<Proxy>>, limits: Limits, measured: Measured) -> Self {
        let keeps_counts = measured.proxies;
        registry.past().is_shown = keeps_counts;
        let metrics = measured.metrics(&registry);
        Dialect { registry, limits, keeps_counts, metrics, token: None }
    }

    /// Answers only calls that show this token, if there is one.
    #[must_use]
    pub fn with_token(mut self, token: Option<Token>) -> Self {
        self.token = token;
        self
    }

    /// Brings about what a configuration says, which is the whole: proxies that it does not name go. See
    /// [`Registry::apply`].
    ///
    /// # Errors
    ///
    /// [`ApplyError`]. Nothing has changed then.
    pub async fn apply(&self, config: Config) -> Result<(), ApplyError> {
        let plan = Plan::look_up(config, &self.registry, self.limits.descriptors).await?;
        self.registry.apply(plan, |_| Ok(())).map(drop)
    }

    /// The calls of the interface.
    pub fn router(&self) -> Router {
        let update = MethodFilter::POST.or(MethodFilter::PATCH);
        let router = Router::new()
            .route("/version", get(version))
            .route("/populate", post(populate::call))
            .route("/reset", post(proxies::reset))
            .route("/proxies", get(proxies::list).post(proxies::create))
            .route(
                "/proxies/{proxy}",
                on(update, proxies::update).get(proxies::show).delete(proxies::delete),
            )
            .route("/proxies/{proxy}/toxics", get(toxics::list).post(toxics::create))
            .route(
                "/proxies/{proxy}/toxics/{toxic}",
                on(update, toxics::update).get(toxics::show).delete(toxics::delete),
            )
            .route_layer(middleware::from_fn(every_call::no_head));
        let router = match &self.metrics {
            Some(metrics) => {
                router.route("/metrics", any(measured::show).with_state(metrics.clone()))
            }
            None => router,
        };
        let rules = Rules { token: self.token.clone(), refusal: every_call::refusal };
        router
            .route_layer(middleware::from_fn_with_state(rules, of_every_call))
            .fallback(every_call::unknown_path)
            .with_state(self.clone())
    }

    /// Looks at a proxy, or changes it.
    fn with<T>(
        &self,
        proxy: &str,
        work: impl FnOnce(&mut Kept<Proxy>) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let member = self.registry.get(proxy).ok_or(ApiError::ProxyNotFound)?;
        member.with(|kept| work(kept.as_proxy()?)).ok_or(ApiError::ProxyNotFound)?
    }

    /// The same for what may close connections, whose peers have been told when this returns.
    async fn with_told<T>(
        &self,
        proxy: &str,
        work: impl FnOnce(&mut Kept<Proxy>) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let member = self.registry.get(proxy).ok_or(ApiError::ProxyNotFound)?;
        member.with_told(|kept| work(kept.as_proxy()?)).await.ok_or(ApiError::ProxyNotFound)?
    }
}

async fn version() -> impl IntoResponse {
    // With this space, since programs look for the text.
    let body = format!("{{\"version\": \"{VERSION}\"}}");
    ([(CONTENT_TYPE, "application/json;charset=utf-8")], body)
}
