//! The toxics of a proxy: kept as they were received, and at work as entries of its gate.

use chaosgate::{EntryHandle, Faults};

use super::error::ApiError;
use super::proxy::Proxy;
use super::toxic::{GivenToxic, Toxic};
use super::translation;
use super::warnings::Warnings;
use crate::registry::Kept;

impl Kept<Proxy> {
    /// All of them, those towards the server first.
    pub(super) fn shown_toxics(&self) -> Vec<Toxic> {
        let mut toxics: Vec<_> = self.toxics_at_work().cloned().collect();
        // Those of each direction stay in their order.
        toxics.sort_by_key(|toxic| toxic.stream.direction as usize);
        toxics
    }

    pub(super) fn toxic(&self, name: &str) -> Result<&Toxic, ApiError> {
        self.toxics_at_work().find(|toxic| toxic.name == name).ok_or(ApiError::ToxicNotFound)
    }

    /// Those whose entries are still what was said: others may have changed or removed some.
    fn toxics_at_work(&self) -> impl Iterator<Item = &Toxic> {
        self.beside.toxics.iter().filter(|toxic| self.is_at_work(toxic))
    }

    fn is_at_work(&self, toxic: &Toxic) -> bool {
        let said = translation::entry(toxic, &mut Warnings::default());
        self.entry(toxic).is_some_and(|entry| entry.spec() == Some(&said))
    }

    /// Forgets what was said of entries that are others by now.
    fn forget_toxics_of_before(&mut self) {
        let mut toxics = std::mem::take(&mut self.beside.toxics);
        toxics.retain(|toxic| self.is_at_work(toxic));
        self.beside.toxics = toxics;
    }

    pub(super) fn add_toxic(
        &mut self,
        toxic: Toxic,
        warnings: &mut Warnings,
    ) -> Result<(), ApiError> {
        self.forget_toxics_of_before();
        if self.toxic(&toxic.name).is_ok() {
            return Err(ApiError::ToxicExists);
        }
        toxic.attributes.check()?;
        let entry = translation::entry(&toxic, warnings);
        // Somebody else's entry may have the name.
        self.faults(&toxic).add(entry).map_err(|_| ApiError::ToxicExists)?;
        self.beside.toxics.push(toxic);
        Ok(())
    }

    /// Adds those that can be, and warns of the others.
    pub(super) fn add_toxics(&mut self, toxics: Vec<GivenToxic>, warnings: &mut Warnings) {
        for GivenToxic { at, toxic } in toxics {
            let (name, mut own) = (toxic.name.clone(), Warnings::default());
            if let Err(error) = self.add_toxic(toxic, &mut own) {
                let why = error.plainly();
                own.add("", format!("toxic \"{name}\" cannot be: {why}"));
            }
            warnings.add_all_at(&at, own);
        }
    }

    /// Puts `toxic` in the place of the one of its name.
    pub(super) fn update_toxic(
        &mut self,
        toxic: Toxic,
        warnings: &mut Warnings,
    ) -> Result<(), ApiError> {
        let not_found = || ApiError::ToxicNotFound;
        self.forget_toxics_of_before();
        let mut names = self.beside.toxics.iter();
        let place = names.position(|known| known.name == toxic.name).ok_or_else(not_found)?;
        toxic.attributes.check()?;
        let entry = translation::entry(&toxic, warnings);
        let direction = toxic.stream.direction;
        self.change_faults(|gate| gate.faults(direction).update(&toxic.name, entry))
            .map_err(|_| not_found())?;
        self.beside.toxics[place] = toxic;
        Ok(())
    }

    pub(super) fn remove_toxic(&mut self, name: &str) -> Result<(), ApiError> {
        self.forget_toxics_of_before();
        let mut names = self.beside.toxics.iter();
        let place = names.position(|known| known.name == name).ok_or(ApiError::ToxicNotFound)?;
        let toxic = self.beside.toxics.remove(place);
        self.remove_entry(&toxic);
        Ok(())
    }

    pub(super) fn remove_toxics(&mut self) {
        self.forget_toxics_of_before();
        for toxic in std::mem::take(&mut self.beside.toxics) {
            self.remove_entry(&toxic);
        }
    }

    fn remove_entry(&mut self, toxic: &Toxic) {
        let direction = toxic.stream.direction;
        // That somebody else has removed its entry is as well.
        let _ = self.change_faults(|gate| gate.faults(direction).remove(&toxic.name));
    }

    fn entry(&self, toxic: &Toxic) -> Option<EntryHandle> {
        self.faults(toxic).list().into_iter().find(|entry| entry.name() == toxic.name)
    }

    /// The faults of the direction that a toxic works on.
    fn faults(&self, toxic: &Toxic) -> Faults {
        self.gate.faults(toxic.stream.direction)
    }
}
