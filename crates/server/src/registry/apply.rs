//! Bringing about what a configuration says: all of it, or nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use chaosgate::{AnyGate, Direction, Move, move_together};
use parking_lot::{Mutex, MutexGuard};

use super::apply_error::ApplyError;
use super::plan::{Plan, Wanted};
use super::{Kept, Member, Members, PastHits, Registry};
use crate::log;

/// A gate of the registry, which nobody else changes meanwhile.
type Held<'a, B> = MutexGuard<'a, Option<Kept<B>>>;

impl<B: Default> Registry<B> {
    /// Brings about what a configuration says, which is the whole: gates that it does not name go. Gives
    /// those that are no more, each with its name.
    ///
    /// A gate that was made with the same stays, and with it its connections and the hits of the faults that
    /// it still has. Its listeners stay if its address is written as before; those that one gate leaves and
    /// another is to have are handed over. Where seed, protocol, buffers or times are others, another gate
    /// takes its place. `is_moving` is told of each gate that stays and is about to have another route.
    ///
    /// The faults change when all gates are where they are to be, those of one gate after the other.
    ///
    /// # Errors
    ///
    /// [`ApplyError`].
    pub fn apply(
        &self,
        plan: Plan,
        mut is_moving: impl FnMut(&str, &mut Kept<B>),
    ) -> Result<Vec<(String, Kept<B>)>, ApplyError> {
        let mut members = self.members.lock();
        if members.is_closed {
            return Err(ApplyError::Closed);
        }
        let before: Vec<_> = members.by_name.values().cloned().collect();
        let mut held: BTreeMap<_, Held<'_, B>> =
            before.iter().map(|member| (member.name(), member.kept.lock())).collect();
        move_all(&plan, &mut held, &mut is_moving)?;

        // From here on nothing fails.
        let (mut plan, mut gone) = (plan.0, Vec::new());
        for (name, held) in &mut held {
            let Some(mut kept) = held.take() else { continue };
            match plan.remove(*name) {
                Some(wanted) if wanted.can_be(&kept.gate) => {
                    set_faults(&mut kept, &wanted);
                    **held = Some(kept);
                    continue;
                }
                Some(wanted) => members.insert(name, wanted.gate, past_hits_of(&mut kept)),
                None => drop(members.by_name.remove(*name)),
            }
            log::removed(name);
            gone.push(((*name).to_owned(), kept));
        }
        for (name, wanted) in plan {
            members.insert(&name, wanted.gate, PastHits::default());
        }
        Ok(gone)
    }
}

impl<B: Default> Members<B> {
    /// Has a gate that an interface knows nothing of.
    fn insert(&mut self, name: &str, gate: AnyGate, past_hits: PastHits) {
        log::made(name, &gate);
        let kept = Kept { gate, past_hits, beside: B::default() };
        let (name, kept) = (name.to_owned(), Mutex::new(Some(kept)));
        self.by_name.insert(name.clone(), Arc::new(Member { name, kept }));
    }
}

/// Has all gates where they are to be, and take clients as they are to; or all as they were.
fn move_all<B>(
    plan: &Plan,
    held: &mut BTreeMap<&str, Held<'_, B>>,
    is_moving: &mut impl FnMut(&str, &mut Kept<B>),
) -> Result<(), ApplyError> {
    let mut moves = Vec::new();
    for (name, held) in held.iter_mut() {
        let Some(kept) = held.as_mut() else { continue };
        match plan.0.get(*name).filter(|wanted| wanted.can_be(&kept.gate)) {
            Some(wanted) => {
                if wanted.has_another_route(&kept.gate) {
                    is_moving(name, kept);
                }
                moves.push(wanted.place_of(&kept.gate));
            }
            None => moves.push(Move::of(&kept.gate).runs(false)),
        }
    }
    for (name, wanted) in &plan.0 {
        let old = held.get(name.as_str()).and_then(|held| held.as_ref()).map(|kept| &kept.gate);
        if old.is_none_or(|old| !wanted.can_be(old)) {
            moves.push(wanted.place_instead_of(old));
        }
    }
    Ok(move_together(&moves)?)
}

/// What the faults of a gate have done that goes: they count for the one that takes its place.
fn past_hits_of<B>(kept: &mut Kept<B>) -> PastHits {
    let mut past = std::mem::take(&mut kept.past_hits);
    for direction in Direction::BOTH {
        for entry in kept.gate.faults(direction).list() {
            past.add(direction, &entry);
        }
    }
    past
}

/// Sets the faults of a gate, and keeps what those have done that are gone.
fn set_faults<B>(kept: &mut Kept<B>, wanted: &Wanted) {
    for direction in Direction::BOTH {
        let faults = kept.gate.faults(direction);
        let before = faults.list();
        // They are set at a gate of the same transport already: nothing is wrong with them.
        let _ = faults.set(wanted.faults(direction).iter().cloned());
        for entry in before.iter().filter(|entry| !entry.is_set()) {
            kept.past_hits.add(direction, entry);
        }
    }
}
