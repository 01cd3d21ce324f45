//! What a configuration asks for, as far as that can be found out before anything changes.

use std::collections::BTreeMap;

use chaosgate::{AnyGate, Direction, EntrySpec, ListenAt, Move};
use chaosgate_config::{Config, GateConfig};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use super::Registry;
use super::apply_error::ApplyError;
use super::beside::Beside;

/// What a configuration asks for: gates by name, which are yet to be started, with their addresses looked
/// up.
#[derive(Debug)]
pub struct Plan {
    pub(super) wanted: BTreeMap<String, Wanted>,
    pub(super) others_stay: bool,
}

/// A gate that is wanted.
#[derive(Debug)]
pub(super) struct Wanted {
    /// As it is to be, but for being started.
    pub(super) gate: AnyGate,
    listen: ListenAt,
    runs: bool,
    to_server: Vec<EntrySpec>,
    to_client: Vec<EntrySpec>,
}

impl Plan {
    /// Looks up what a configuration asks for, for the gates of a registry, which leave so many of the last
    /// descriptors to others. Waits for the system's resolver. They work on the runtime on which this is
    /// called.
    ///
    /// # Errors
    ///
    /// [`ApplyError`].
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    pub async fn look_up<B: Beside>(
        mut config: Config,
        registry: &Registry<B>,
        leaves: u64,
    ) -> Result<Self, ApplyError> {
        for (name, gate) in &mut config.gates {
            gate.seed.get_or_insert_with(|| registry.seed_for(name));
        }
        let runtime = Handle::current();
        let look_up = move || {
            let wanted = config.gates.into_iter().map(|(name, gate)| {
                let wanted = Wanted::of(&name, gate, &runtime, leaves)?;
                Ok((name, wanted))
            });
            let wanted = wanted.collect::<Result<_, ApplyError>>()?;
            Ok(Plan { wanted, others_stay: false })
        };
        // One that has ended by itself has done so with the runtime.
        spawn_blocking(look_up).await.unwrap_or(Err(ApplyError::Closed))
    }

    /// The same, but that gates stay which it does not name.
    #[must_use]
    pub fn beside_others(self) -> Self {
        Plan { others_stay: true, ..self }
    }

    /// Whether it says what is to become of the gate of this name.
    pub(super) fn concerns(&self, name: &str) -> bool {
        !self.others_stay || self.wanted.contains_key(name)
    }
}

impl Wanted {
    fn of(name: &str, wanted: GateConfig, on: &Handle, leaves: u64) -> Result<Self, ApplyError> {
        let failed = |source| ApplyError::Start { gate: name.to_owned(), source };
        let gate = wanted.builder(name).on(on.clone(), leaves).build().map_err(failed)?;
        let listen = ListenAt::look_up(&gate.route().listen).map_err(failed)?;
        let refused = |source| ApplyError::Accepting { gate: name.to_owned(), source };
        gate.set_accepting(wanted.accepting).map_err(refused)?;
        let GateConfig { to_server, to_client, enabled: runs, .. } = wanted;
        let wanted = Wanted { gate, listen, runs, to_server, to_client };
        for direction in Direction::BOTH {
            let set = wanted.gate.faults(direction).set(wanted.faults(direction).iter().cloned());
            set.map_err(|source| ApplyError::Faults { gate: name.to_owned(), direction, source })?;
        }
        Ok(wanted)
    }

    pub(super) fn faults(&self, direction: Direction) -> &[EntrySpec] {
        match direction {
            Direction::ToServer => &self.to_server,
            Direction::ToClient => &self.to_client,
        }
    }

    /// Whether a gate that there is can be as this one.
    pub(super) fn can_be(&self, gate: &AnyGate) -> bool {
        self.gate.is_made_like(gate)
    }

    pub(super) fn has_another_route(&self, gate: &AnyGate) -> bool {
        self.gate.route() != gate.route()
    }

    /// What a gate has to do that can be as this one. Where its address is written as before it stays, also
    /// on a port that it was given.
    pub(super) fn place_of(&self, gate: &AnyGate) -> Move {
        let (wanted, now) = (self.gate.route(), gate.route());
        let mut to = Move::of(gate).runs(self.runs).accepting(self.gate.accepting());
        if wanted.listen != now.listen {
            to = to.listen(self.listen.clone());
        }
        if wanted.upstream != now.upstream {
            to = to.upstream(&wanted.upstream);
        }
        to
    }

    /// What this one has to do, instead of another that had its name.
    pub(super) fn place_instead_of(&self, old: Option<&AnyGate>) -> Move {
        let had = old.filter(|old| old.route().listen == self.gate.route().listen);
        let at = had.and_then(AnyGate::listen_at).unwrap_or_else(|| self.listen.clone());
        Move::of(&self.gate).runs(self.runs).listen(at)
    }
}
