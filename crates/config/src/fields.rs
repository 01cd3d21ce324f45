//! Reading the fields of an object, each by its name.

use chaosgate_faults::suggestion;
use serde_json::Value;

use crate::error::Problem;
use crate::place::Place;
use crate::reason::Reason;

/// The fields of an object, which are asked for by their names; all others are unknown.
///
/// A field that is null is as good as absent.
pub(crate) struct Fields<'d, 'p> {
    /// What the object is, such as `a gate`.
    owner: &'static str,
    object: &'p Place<'d>,
    asked: Vec<&'static str>,
    /// Those that must be there and are not, with an example.
    missing: Vec<(&'static str, &'static str)>,
    pub(crate) problems: &'p mut Vec<Problem>,
}

impl<'d, 'p> Fields<'d, 'p> {
    /// Those of an object; `None` if it is none, which is noted.
    pub(crate) fn of(
        owner: &'static str,
        object: &'p Place<'d>,
        problems: &'p mut Vec<Problem>,
    ) -> Option<Self> {
        if object.members().is_none() {
            let must = format!("an object with the fields of {owner}");
            problems.push(object.refuse(Reason::wrong(&object.node.to_json(), must)));
            return None;
        }
        Some(Fields { owner, object, asked: Vec::new(), missing: Vec::new(), problems })
    }

    /// A field, if it is there.
    pub(crate) fn find(&mut self, name: &'static str) -> Option<Place<'d>> {
        self.asked.push(name);
        self.object.member(name).filter(|place| !place.node.is_null())
    }

    /// A field that must be there.
    pub(crate) fn need(&mut self, name: &'static str, example: &'static str) -> Option<Place<'d>> {
        let found = self.find(name);
        if found.is_none() {
            self.missing.push((name, example));
        }
        found
    }

    /// The value of a field; `None` if it is not there, or wrong, which is noted.
    pub(crate) fn get<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&Value) -> Result<T, Reason>,
    ) -> Option<T> {
        self.find(name).and_then(|place| self.read(&place, read))
    }

    /// The value of a field, which has a default if it is not there; `None` if it is wrong, which is
    /// noted.
    pub(crate) fn get_or<T>(
        &mut self,
        name: &'static str,
        default: T,
        read: impl FnOnce(&Value) -> Result<T, Reason>,
    ) -> Option<T> {
        match self.find(name) {
            Some(place) => self.read(&place, read),
            None => Some(default),
        }
    }

    /// The value at a place; `None` if it is wrong, which is noted.
    pub(crate) fn read<T>(
        &mut self,
        place: &Place<'_>,
        read: impl FnOnce(&Value) -> Result<T, Reason>,
    ) -> Option<T> {
        let note = |reason| self.problems.push(place.refuse(reason));
        read(&place.node.to_json()).map_err(note).ok()
    }

    /// Notes all fields that nobody has asked for, and those that are missing, unless one of the former
    /// was probably meant as one of these.
    pub(crate) fn end(mut self) {
        let owner = self.owner;
        for (field, place) in self.object.members().into_iter().flatten() {
            if self.asked.contains(&field) {
                continue;
            }
            if let Some(meant) = suggestion::meant(self.asked.iter().copied(), field) {
                self.missing.retain(|(missing, _)| *missing != meant);
            }
            let (field, known) = (field.to_owned(), self.asked.join(", "));
            let reason = Reason::UnknownField { owner, field, known };
            self.problems.push(place.refuse_at(place.head.clone(), reason));
        }
        for (field, example) in self.missing {
            let reason = Reason::MissingField { owner, field, example };
            self.problems.push(self.object.refuse_at(self.object.head.clone(), reason));
        }
    }
}
