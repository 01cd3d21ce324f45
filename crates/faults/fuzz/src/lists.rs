//! The lists of a gate, and how a plan changes them.

use std::time::Instant;

use chaosgate_faults::{Direction, FaultList, FaultSpec, ListError, PerDirection, Transport};

use crate::plan::Change;

/// The faults of both directions.
#[derive(Debug)]
pub(crate) struct Lists {
    transport: Transport,
    lists: PerDirection<FaultList>,
}

/// The most faults of a list.
pub(crate) const LONGEST: usize = 6;

impl Lists {
    pub(crate) fn new(transport: Transport) -> Self {
        Lists { transport, lists: PerDirection::from_fn(|_| FaultList::new(transport)) }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Direction, &FaultList)> {
        self.lists.iter()
    }

    /// Changes the list of a direction, unless that is refused or makes the list too long, and gives
    /// the directions whose faults are others now.
    pub(crate) fn change(
        &mut self,
        direction: Direction,
        change: &Change,
        now: Instant,
    ) -> Vec<Direction> {
        match self.changed(&self.lists[direction], change, now) {
            Some(Ok(list)) if list.entries().len() <= LONGEST && repeats_little(&list) => {
                self.set(direction, list)
            }
            _ => Vec::new(),
        }
    }

    /// Takes all faults of a direction away, and gives the directions whose faults are others now.
    pub(crate) fn clear(&mut self, direction: Direction, now: Instant) -> Vec<Direction> {
        self.set(direction, self.lists[direction].emptied(now))
    }

    /// `None`: it is refused, or nothing is to be changed.
    fn changed(
        &self,
        list: &FaultList,
        change: &Change,
        now: Instant,
    ) -> Option<Result<FaultList, ListError>> {
        let name = |place: u8| {
            let place = usize::from(place).checked_rem(list.entries().len())?;
            Some(list.entries()[place].name().to_owned())
        };
        Some(match change {
            Change::Set(written) => {
                let few = written.iter().take(LONGEST);
                list.replaced(few.filter_map(|one| one.entry(self.transport)), now)
            }
            Change::Add(written) => {
                list.with(written.entry(self.transport)?, now).map(|(list, _)| list)
            }
            Change::Update(place, written) => {
                let entry = written.entry(self.transport)?;
                list.updated(&name(*place)?, entry, now).map(|(list, _)| list)
            }
            Change::Remove(place) => list.without(&name(*place)?, now),
        })
    }

    /// Some faults of this direction work on the other one too.
    fn set(&mut self, direction: Direction, list: FaultList) -> Vec<Direction> {
        let before = self.lists.clone();
        self.lists[direction] = list;
        let mut changed = Vec::new();
        for direction in Direction::BOTH {
            let list = self.lists[direction].clone().beside(&self.lists[direction.opposite()]);
            if list.is_same(&before[direction]) {
                self.lists[direction] = before[direction].clone();
            } else {
                self.lists[direction] = list;
                changed.push(direction);
            }
        }
        changed
    }
}

/// Copies of copies of copies take longer than they tell.
fn repeats_little(list: &FaultList) -> bool {
    let copies = list.entries().iter().map(|entry| match entry.fault() {
        FaultSpec::Duplicate(duplicate) => u64::from(duplicate.copies.get()) + 1,
        _ => 1,
    });
    copies.product::<u64>() <= 64
}
