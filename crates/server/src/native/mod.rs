//! The native interface: all that gates can, in the words of this project, below `/api/v1`.
//!
//! What it takes and gives is stated in the crate `chaosgate_api`; here is what is done.
//!
//! | to find | look in |
//! |---|---|
//! | which handler a route has | `handlers.rs` |
//! | what is checked of a call before that | `checks.rs` |
//! | all gates, and one | `gates.rs`, `gate.rs`; how they are seen: `status.rs` |
//! | the faults of a direction, and one | `faults.rs`, `fault.rs` |
//! | the other parts of a gate | `accepting.rs`, `seed.rs`, `connections.rs`, `heal.rs` |
//! | what has happened | `events.rs`; by its number: `since.rs`; as a stream: `stream.rs` |
//! | calls that wait | `waits.rs` |
//! | what a request has: names, a query, a body | `names.rs`, `query.rs`, `given.rs` |
//! | that nobody overwrites what he has not seen | `tag.rs` |
//! | why a call is refused | `refusal.rs`; as it is told: `problem.rs` |

mod accepting;
mod checks;
mod connections;
mod events;
mod fault;
mod faults;
mod gate;
mod gates;
mod given;
mod handlers;
mod heal;
mod health;
mod names;
mod problem;
mod query;
mod refusal;
mod seed;
mod since;
mod status;
mod stream;
mod tag;
mod waits;

use std::sync::Arc;

use axum::routing::any;
use axum::{Router, middleware};
use chaosgate_api::Route;

use crate::every_call::{Rules, of_every_call};
use crate::limits::Limits;
use crate::registry::{Kept, Registry};
use crate::token::Token;
use crate::toxiproxy::Proxy;
use refusal::Refusal;

/// A gate, with what interfaces keep beside it: of that, this one looks at nothing.
type Held = Kept<Proxy>;

/// The gates of a registry as they are.
#[derive(Debug, Clone)]
pub struct Native {
    registry: Arc<Registry<Proxy>>,
    limits: Limits,
    token: Option<Token>,
}

impl Native {
    /// Shows and changes the gates of this registry.
    pub fn new(registry: Arc<Registry<Proxy>>, limits: Limits) -> Self {
        Native { registry, limits, token: None }
    }

    /// Answers only calls that show this token, if there is one; but for those that ask how it is.
    #[must_use]
    pub fn with_token(mut self, token: Option<Token>) -> Self {
        self.token = token;
        self
    }

    /// The calls of the interface.
    pub fn router(&self) -> Router {
        let rules = Rules { token: self.token.clone(), refusal: checks::refusal };
        let add = |router: Router<Native>, route: &'static Route| {
            let check = middleware::from_fn_with_state(route, checks::of_route);
            router.route(route.path, handlers::of(route).layer(check))
        };
        let router = Route::all().iter().fold(Router::new(), add);
        router
            .method_not_allowed_fallback(checks::wrong_method)
            .route("/api/v1/{*rest}", any(checks::unknown_path))
            .route_layer(middleware::from_fn_with_state(rules, of_every_call))
            .with_state(self.clone())
    }

    /// Looks at a gate, or changes it.
    fn with<T>(
        &self,
        gate: &str,
        work: impl FnOnce(&mut Held) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let member = self.registry.get(gate).ok_or_else(|| self.no_gate(gate))?;
        member.with(work).ok_or_else(|| self.no_gate(gate))?
    }

    /// The same for what may close connections, whose peers have been told when this returns.
    async fn with_told<T>(
        &self,
        gate: &str,
        work: impl FnOnce(&mut Held) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let member = self.registry.get(gate).ok_or_else(|| self.no_gate(gate))?;
        member.with_told(work).await.ok_or_else(|| self.no_gate(gate))?
    }

    /// That there is no gate of this name.
    fn no_gate(&self, name: &str) -> Refusal {
        let known = self.registry.all().iter().map(|member| member.name().to_owned()).collect();
        Refusal::NoSuch { what: "gate", name: name.to_owned(), known }
    }
}
