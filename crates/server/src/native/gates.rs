//! All gates: as a configuration, and a new one.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use chaosgate::AnyGate;
use chaosgate_api::Statuses;
use chaosgate_config::{Config, GateConfig};

use super::Native;
use super::given::Given;
use super::names::in_path;
use super::refusal::Refusal;
use super::tag::{IfMatch, Tagged};
use crate::registry::{Plan, told};

pub(super) async fn read(State(native): State<Native>) -> Tagged<Config> {
    let gates = native.registry.all().into_iter().filter_map(|member| {
        let config = member.with(|kept| GateConfig::of(&kept.gate))?;
        Some((member.name().to_owned(), config))
    });
    Tagged(Config { gates: gates.collect() })
}

pub(super) async fn replace(
    State(native): State<Native>,
    if_match: IfMatch,
    Given(document): Given,
) -> Result<Json<Statuses>, Refusal> {
    let plan = native.plan(Config::from_document(&document)?).await?;
    let is_meant = |gates: &BTreeMap<&str, &AnyGate>| {
        let gates = gates.iter().map(|(name, gate)| ((*name).to_owned(), GateConfig::of(gate)));
        if_match.meets("the configuration", Some(&Config { gates: gates.collect() }))
    };
    native.apply(plan, is_meant).await?;
    Ok(Json(native.statuses()))
}

pub(super) async fn create(
    State(native): State<Native>,
    Given(document): Given,
) -> Result<impl IntoResponse, Refusal> {
    let (name, config) = document.gate_with_name()?;
    let exists = || Refusal::GateExists { name: name.clone() };
    // Before a name server is asked; what decides is the look at the moment of adding.
    if native.registry.get(&name).is_some() {
        return Err(exists());
    }
    let plan = native.plan_one(&name, config).await?;
    native.apply(plan, |gates| if gates.is_empty() { Ok(()) } else { Err(exists()) }).await?;
    let location = format!("/api/v1/gates/{}", in_path(&name));
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(native.status(&name)?)))
}

impl Native {
    /// What a configuration asks for, with its names looked up.
    async fn plan(&self, config: Config) -> Result<Plan, Refusal> {
        Ok(Plan::look_up(config, &self.registry, self.limits.descriptors).await?)
    }

    /// The same of one gate, beside which others stay.
    pub(super) async fn plan_one(&self, name: &str, gate: GateConfig) -> Result<Plan, Refusal> {
        let config = Config { gates: [(name.to_owned(), gate)].into() };
        Ok(self.plan(config).await?.beside_others())
    }

    /// Brings about a plan if it is meant for the gates that there are. The peers of those that go have
    /// been told when this returns.
    pub(super) async fn apply<T>(
        &self,
        plan: Plan,
        is_meant: impl FnOnce(&BTreeMap<&str, &AnyGate>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let (gone, meant) = self.registry.apply(plan, is_meant)?;
        for gate in gone {
            told(&gate).await;
        }
        Ok(meant)
    }
}
