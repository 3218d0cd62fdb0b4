//! *Is it safe to remove?*: for each notebook how many of its things are where.

use crate::device::{Device, Result};
use crate::store::{books, drafts, people, photos, sealed};
use crate::views::{Place, SafeRow, SafeToRemove, Whereabouts};
use crate::visits::about;
use crate::whereabouts;
use domain::ids::NotebookId;
use std::collections::BTreeSet;

impl Device {
    /// *Is it safe to remove?*
    ///
    /// # Errors
    /// What the store says.
    pub fn waiting(&mut self) -> Result<SafeToRemove> {
        let mut safe = SafeToRemove {
            heard: self.standing()?.heard,
            totals: self.totals,
            pending_photos: count(photos::pending(self.store.read())?.len()),
            ..SafeToRemove::default()
        };
        for id in self.notebooks_with_something()? {
            let row = self.safe_row(id)?;
            safe.notebooks.push(row);
        }
        let loose = self.loose_row()?;
        if loose.sealed != Place::default() {
            safe.notebooks.push(loose);
        }
        for row in &safe.notebooks {
            safe.entries += row.entries.only_here;
            safe.on_their_way += row.entries.on_their_way + row.photos.on_their_way;
            safe.held += row.entries.held + row.photos.held + row.sealed.held;
            safe.photos += row.photos.only_here;
            safe.photo_bytes += row.photo_bytes;
            safe.sealed += row.sealed.only_here;
            safe.drafts += row.drafts;
        }
        safe.on_their_way += books::relayed(self.store.read(), None)?;
        let waits = safe.entries + safe.on_their_way + safe.held + safe.photos + safe.sealed;
        // The rows above are for people; this counts every change, whatever it is part of.
        let not_there = books::not_there(self.store.read())?;
        safe.safe = waits + safe.drafts + safe.pending_photos + not_there == 0;
        Ok(safe)
    }

    fn notebooks_with_something(&self) -> Result<Vec<NotebookId>> {
        let on = self.store.read();
        let mut ids: BTreeSet<NotebookId> = books::ids(on)?.into_keys().collect();
        ids.extend(sealed::stubs(on)?.into_iter().filter_map(|stub| stub.notebook));
        ids.extend(drafts::all(on)?.into_iter().map(|draft| draft.notebook));
        ids.extend(photos::all(on)?.into_iter().map(|photo| photo.notebook));
        Ok(ids.into_iter().rev().collect())
    }

    /// One notebook's row.
    pub(crate) fn safe_row(&mut self, id: NotebookId) -> Result<SafeRow> {
        let mut row = SafeRow { notebook: Some(id), name: self.notebook_name(id)?, ..SafeRow::default() };
        let places = self.places(id)?;
        let own = self.id;
        if books::load(self.store.read(), id)?.is_some() {
            let read = self.projection(id)?;
            for entry in read.entries.iter().filter(|entry| entry.tablet == own) {
                put(&mut row.entries, &places.of(entry.id, 0));
            }
            // A value of the summary or a fact of the event is no entry; where it alone is not there yet, it is one thing.
            for place in places.loose() {
                put_once(&mut row.entries, place);
            }
        }
        let on = self.store.read();
        for photo in photos::all(on)?.iter().filter(|photo| photo.notebook == id) {
            let place = whereabouts::of_photo(photo);
            if place == Whereabouts::OnlyHere {
                row.photo_bytes += photo.size.saturating_sub(photo.have);
            }
            put(&mut row.photos, &place);
        }
        for stub in sealed::stubs(on)?.iter().filter(|stub| stub.notebook == Some(id)) {
            put(&mut row.sealed, &whereabouts::of_state(&stub.state, stub.reason.as_deref(), stub.at));
        }
        row.drafts = count(drafts::all(on)?.iter().filter(|draft| draft.notebook == id).count());
        Ok(row)
    }

    /// Sealed records that name no notebook.
    fn loose_row(&self) -> Result<SafeRow> {
        let mut row = SafeRow::default();
        for stub in sealed::stubs(self.store.read())?.iter().filter(|stub| stub.notebook.is_none()) {
            put(&mut row.sealed, &whereabouts::of_state(&stub.state, stub.reason.as_deref(), stub.at));
        }
        Ok(row)
    }

    /// The place's or event's name, or the day.
    pub(crate) fn notebook_name(&mut self, id: NotebookId) -> Result<String> {
        if let Some(visit) = people::visit(self.store.read(), id)? {
            return Ok(visit.place);
        }
        if books::load(self.store.read(), id)?.is_none() {
            return Ok(String::new());
        }
        let read = self.projection(id)?;
        Ok(match about(&read, "name") {
            name if name.is_empty() => about(&read, "date"),
            name => name,
        })
    }
}

impl Place {
    /// Each state that something of it is in.
    pub(crate) fn places(&self) -> Vec<Whereabouts> {
        let held = || Whereabouts::Held { reason: self.reason.clone().unwrap_or_default() };
        let mut all = Vec::new();
        if self.held > 0 {
            all.push(held());
        }
        if self.only_here > 0 {
            all.push(Whereabouts::OnlyHere);
        }
        if self.on_their_way > 0 {
            all.push(Whereabouts::OnItsWay);
        }
        all
    }
}

/// Counts something only where nothing else is in that state.
fn put_once(into: &mut Place, place: &Whereabouts) {
    let counted = match place {
        Whereabouts::OnlyHere => into.only_here,
        Whereabouts::OnItsWay => into.on_their_way,
        Whereabouts::Held { .. } => into.held,
        Whereabouts::AtTheOffice { .. } => 1,
    };
    if counted == 0 {
        put(into, place);
    }
}

fn put(into: &mut Place, place: &Whereabouts) {
    match place {
        Whereabouts::OnlyHere => into.only_here += 1,
        Whereabouts::OnItsWay => into.on_their_way += 1,
        Whereabouts::AtTheOffice { since } => {
            into.at_the_office += 1;
            into.since = into.since.max(Some(*since));
        }
        Whereabouts::Held { reason } => {
            into.held += 1;
            into.reason.get_or_insert_with(|| reason.clone());
        }
    }
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}
