//! *Is it safe to remove?*: for each notebook how many of its things are where.

use crate::device::{Device, Result};
use crate::store::{books, people, sealed, taken_back};
use crate::survey::Survey;
use crate::views::{Place, SafeRow, SafeToRemove, Whereabouts};
use crate::visits::about;
use crate::whereabouts;
use domain::ids::NotebookId;

impl Device {
    /// *Is it safe to remove?*
    ///
    /// # Errors
    /// What the store says.
    pub fn waiting(&mut self) -> Result<SafeToRemove> {
        let survey = self.survey()?;
        self.waiting_in(&survey)
    }

    /// As [`Device::waiting`], of what was just looked at.
    pub(crate) fn waiting_in(&self, survey: &Survey) -> Result<SafeToRemove> {
        let mut safe = SafeToRemove {
            heard: self.standing()?.heard,
            totals: self.totals,
            pending_photos: survey.values().map(|one| one.uncovered).sum(),
            ..SafeToRemove::default()
        };
        let rows = survey.values().rev().map(|one| &one.row).filter(|row| row.notebook.is_some());
        safe.notebooks.extend(rows.cloned());
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
        safe.taken_back = taken_back::open(self.store.read())?;
        safe.safe = waits + safe.taken_back + safe.drafts + safe.pending_photos + not_there == 0;
        Ok(safe)
    }

    /// Sealed records that name no notebook.
    fn loose_row(&self) -> Result<SafeRow> {
        let mut row = SafeRow::default();
        for stub in sealed::stubs(self.store.read())?.iter().filter(|stub| stub.notebook.is_none()) {
            row.sealed.put(&whereabouts::of_state(&stub.state, stub.reason.as_deref(), stub.at));
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

    /// Counts something in its state.
    pub(crate) fn put(&mut self, place: &Whereabouts) {
        match place {
            Whereabouts::OnlyHere => self.only_here += 1,
            Whereabouts::OnItsWay => self.on_their_way += 1,
            Whereabouts::AtTheOffice { since } => {
                self.at_the_office += 1;
                self.since = self.since.max(Some(*since));
            }
            Whereabouts::Held { reason } => {
                self.held += 1;
                self.reason.get_or_insert_with(|| reason.clone());
            }
        }
    }

    /// Counts something only where nothing else is in that state.
    pub(crate) fn put_once(&mut self, place: &Whereabouts) {
        let counted = match place {
            Whereabouts::OnlyHere => self.only_here,
            Whereabouts::OnItsWay => self.on_their_way,
            Whereabouts::Held { .. } => self.held,
            Whereabouts::AtTheOffice { .. } => 1,
        };
        if counted == 0 {
            self.put(place);
        }
    }
}
