//! Bringing about what a configuration says: all of it, or nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use chaosgate::{AnyGate, Direction, Move, move_together};
use parking_lot::{Mutex, MutexGuard};

use super::apply_error::ApplyError;
use super::beside::Beside;
use super::plan::{Plan, Wanted};
use super::{Kept, Member, Members, PastHits, Registry};
use crate::log;

/// A gate of the registry, which nobody else changes meanwhile.
type Held<'a, B> = MutexGuard<'a, Option<Kept<B>>>;

impl<B: Beside> Registry<B> {
    /// Brings about what a configuration says, which is the whole unless the plan says otherwise: gates that
    /// it does not name go. Gives those that are no more, and what `is_meant` gives.
    ///
    /// A gate that was made with the same stays, and with it its connections and the hits of the faults that
    /// it still has. Its listeners stay if its address is written as before; those that one gate leaves and
    /// another is to have are handed over. Where seed, protocol, buffers or times are others, another gate
    /// takes its place.
    ///
    /// `is_meant` looks at the gates that are concerned, before anything is done, and may refuse it.
    ///
    /// The faults change when all gates are where they are to be, those of one gate after the other.
    ///
    /// # Errors
    ///
    /// [`ApplyError`], or what `is_meant` says.
    pub fn apply<T, E: From<ApplyError>>(
        &self,
        plan: Plan,
        is_meant: impl FnOnce(&BTreeMap<&str, &AnyGate>) -> Result<T, E>,
    ) -> Result<(Vec<AnyGate>, T), E> {
        let (mut past, mut members) = (self.past.lock(), self.members.lock());
        if members.is_closed {
            return Err(ApplyError::Closed.into());
        }
        let before: Vec<_> = members.by_name.values().cloned().collect();
        let concerned = before.iter().filter(|member| plan.concerns(member.name()));
        let mut held: BTreeMap<_, Held<'_, B>> =
            concerned.map(|member| (member.name(), member.kept.lock())).collect();
        let gates = held.iter().filter_map(|(name, kept)| Some((*name, &kept.as_ref()?.gate)));
        let meant = is_meant(&gates.collect())?;
        move_all(&plan, &mut held, &past)?;

        // From here on nothing fails.
        let (mut wanted, mut gone) = (plan.wanted, Vec::new());
        for (name, held) in &mut held {
            let Some(mut kept) = held.take() else { continue };
            match wanted.remove(*name) {
                Some(wanted) if wanted.can_be(&kept.gate) => {
                    set_faults(&mut kept, &wanted);
                    **held = Some(kept);
                    continue;
                }
                Some(wanted) => members.insert(name, wanted.gate, past_hits_of(&mut kept)),
                None => drop(members.by_name.remove(*name)),
            }
            log::removed(name);
            B::has_gone(&mut kept, name, &mut past);
            gone.push(kept.gate);
        }
        for (name, wanted) in wanted {
            members.insert(&name, wanted.gate, PastHits::default());
        }
        Ok((gone, meant))
    }
}

impl<B: Beside> Members<B> {
    /// Has a gate that an interface knows nothing of.
    fn insert(&mut self, name: &str, gate: AnyGate, past_hits: PastHits) {
        log::made(name, &gate);
        let mut kept = Kept::new(gate, B::default());
        kept.past_hits = past_hits;
        let (name, kept) = (name.to_owned(), Mutex::new(Some(kept)));
        self.by_name.insert(name.clone(), Arc::new(Member { name, kept }));
    }
}

/// Has all gates where they are to be, and take clients as they are to; or all as they were.
fn move_all<B: Beside>(
    plan: &Plan,
    held: &mut BTreeMap<&str, Held<'_, B>>,
    past: &B::Past,
) -> Result<(), ApplyError> {
    let mut moves = Vec::new();
    for (name, held) in held.iter_mut() {
        let Some(kept) = held.as_mut() else { continue };
        match plan.wanted.get(*name).filter(|wanted| wanted.can_be(&kept.gate)) {
            Some(wanted) => {
                if wanted.has_another_route(&kept.gate) {
                    B::is_moving(kept, name, past);
                }
                moves.push(wanted.place_of(&kept.gate));
            }
            None => moves.push(Move::of(&kept.gate).runs(false)),
        }
    }
    for (name, wanted) in &plan.wanted {
        let old = held.get(name.as_str()).and_then(|held| held.as_ref()).map(|kept| &kept.gate);
        if old.is_none_or(|old| !wanted.can_be(old)) {
            moves.push(wanted.place_instead_of(old));
        }
    }
    Ok(move_together(&moves)?)
}

/// What the faults of a gate have done that goes: they count for the one that takes its place.
fn past_hits_of<B>(kept: &mut Kept<B>) -> PastHits {
    kept.change_faults(|gate| gate.both().pass());
    std::mem::take(&mut kept.past_hits)
}

/// Sets the faults of a gate, and keeps what those have done that are gone.
fn set_faults<B>(kept: &mut Kept<B>, wanted: &Wanted) {
    kept.change_faults(|gate| {
        for direction in Direction::BOTH {
            // They are set at a gate of the same transport already: nothing is wrong with them.
            let _ = gate.faults(direction).set(wanted.faults(direction).iter().cloned());
        }
    });
}
