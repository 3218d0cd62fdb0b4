//! Where things are: the states of single changes, put together for an entry, a notebook and the whole tablet.

use crate::device::{Device, Result};
use crate::store::books::{self, OwnChange};
use crate::store::photos::Kept;
use crate::views::Whereabouts;
use domain::entry::Millis;
use domain::ids::{EntryId, NotebookId};
use std::collections::BTreeMap;

/// Where each entry of this tablet's is, and everything of it together.
#[derive(Debug, Default)]
pub(crate) struct Places {
    by_entry: BTreeMap<EntryId, Whereabouts>,
    /// Changes that are part of no entry.
    loose: Vec<Whereabouts>,
    all: Option<Whereabouts>,
    /// Whether this tablet sends on, after a restore, what others wrote and the office may lack.
    relays: bool,
    /// Since when the oldest that is only here waits.
    pub(crate) oldest: Option<Millis>,
}

impl Places {
    /// Where an entry is; one that this tablet has not written is at the office, unless it goes up again from here.
    pub(crate) fn of(&self, entry: EntryId, told: Millis) -> Whereabouts {
        let others = || if self.relays { Whereabouts::OnItsWay } else { Whereabouts::AtTheOffice { since: told } };
        self.by_entry.get(&entry).cloned().unwrap_or_else(others)
    }

    /// The furthest back of all; nothing where there is nothing.
    pub(crate) fn furthest(&self) -> Option<Whereabouts> {
        self.all.clone()
    }

    /// Where each change is that is part of no entry, such as a settled difference.
    pub(crate) fn loose(&self) -> &[Whereabouts] {
        &self.loose
    }

    fn add(&mut self, change: &OwnChange) {
        let place = of_state(&change.state, change.reason.as_deref(), change.at);
        if place == Whereabouts::OnlyHere {
            self.oldest = Some(self.oldest.map_or(change.made, |oldest| oldest.min(change.made)));
        }
        for entry in &change.entries {
            let together = further_back(self.by_entry.get(entry), &place);
            self.by_entry.insert(*entry, together);
        }
        self.all = Some(further_back(self.all.as_ref(), &place));
        if change.entries.is_empty() {
            self.loose.push(place);
        }
    }
}

impl Device {
    /// Where this tablet's changes of a notebook are.
    pub(crate) fn places(&self, notebook: NotebookId) -> Result<Places> {
        let mut places = Places::default();
        books::own(self.store.read(), notebook)?.iter().for_each(|change| places.add(change));
        places.relays = books::relayed(self.store.read(), Some(notebook))? > 0;
        if places.relays {
            places.all = Some(further_back(places.all.as_ref(), &Whereabouts::OnItsWay));
        }
        Ok(places)
    }
}

/// A stored state as people know it.
pub(crate) fn of_state(state: &str, reason: Option<&str>, at: Millis) -> Whereabouts {
    match state {
        "way" => Whereabouts::OnItsWay,
        "office" => Whereabouts::AtTheOffice { since: at },
        "held" | "refused" => Whereabouts::Held { reason: reason.unwrap_or_default().to_owned() },
        _ => Whereabouts::OnlyHere,
    }
}

/// Where a photo's picture is.
pub(crate) fn of_photo(photo: &Kept) -> Whereabouts {
    of_state(&photo.state, photo.reason.as_deref(), photo.at)
}

/// The one of two that is further from the office; of two at the office the later.
pub(crate) fn further_back(a: Option<&Whereabouts>, b: &Whereabouts) -> Whereabouts {
    let Some(a) = a else { return b.clone() };
    match (a, b) {
        (Whereabouts::AtTheOffice { since: x }, Whereabouts::AtTheOffice { since: y }) => {
            Whereabouts::AtTheOffice { since: *x.max(y) }
        }
        _ if rank(b) > rank(a) => b.clone(),
        _ => a.clone(),
    }
}

const fn rank(place: &Whereabouts) -> u8 {
    match place {
        Whereabouts::AtTheOffice { .. } => 0,
        Whereabouts::OnItsWay => 1,
        Whereabouts::OnlyHere => 2,
        Whereabouts::Held { .. } => 3,
    }
}
