//! What the lists say of every notebook, in one pass: how much is in it, what of it is where. No notebook is read for that
//! but those in which something has changed since they were last looked at.

use crate::device::{Device, Result};
use crate::error::Error;
use crate::store::{books, briefs, drafts, people, photos, sealed, sheets};
use crate::views::{Place, SafeRow, Whereabouts};
use crate::visits::about;
use crate::whereabouts::{of_photo, of_state};
use domain::entry::Millis;
use domain::ids::NotebookId;
use domain::notebook::{Kind, Projection, project};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is said of a notebook without reading it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Brief {
    /// A visit's, an event's, or a day's.
    pub(crate) kind: Kind,
    /// An event's name.
    pub(crate) name: String,
    /// An event's or a day's date.
    pub(crate) date: String,
    /// Entries in it, anybody's.
    pub(crate) entries: u32,
    /// Where this tablet's entries are.
    pub(crate) own: Place,
    /// The furthest back of all changes that this tablet answers for.
    pub(crate) furthest: Option<Whereabouts>,
    /// Since when the oldest that is only here waits.
    pub(crate) oldest: Option<Millis>,
}

/// A notebook with everything that belongs to it.
#[derive(Clone, Debug, Default)]
pub(crate) struct One {
    /// Nothing where only the visit is known, or only something that belongs to it.
    pub(crate) brief: Option<Brief>,
    /// What of it is where. It names the notebook where there is something to say.
    pub(crate) row: SafeRow,
    /// Photos that wait for their covers.
    pub(crate) uncovered: u32,
}

impl One {
    /// Entries in it.
    pub(crate) fn entries(&self) -> u32 {
        self.brief.as_ref().map_or(0, |brief| brief.entries)
    }

    /// How many things of it are only here.
    pub(crate) fn only_here(&self) -> u32 {
        let row = &self.row;
        row.entries.only_here + row.photos.only_here + row.sealed.only_here + row.drafts + self.uncovered
    }

    /// The furthest back of all that is in it.
    pub(crate) fn whereabouts(&self) -> Whereabouts {
        let begun = (self.row.drafts + self.uncovered > 0).then_some(Whereabouts::OnlyHere);
        let changes = self.brief.as_ref().and_then(|brief| brief.furthest.clone());
        let beside = [&self.row.photos, &self.row.sealed].into_iter().flat_map(Place::places);
        let all = changes.into_iter().chain(beside).chain(begun);
        all.fold(None, |together, place| Some(crate::whereabouts::further_back(together.as_ref(), &place)))
            .unwrap_or(Whereabouts::AtTheOffice { since: 0 })
    }
}

/// Every notebook of which there is something to say.
pub(crate) type Survey = BTreeMap<NotebookId, One>;

impl Device {
    /// Looks at everything on this tablet, once.
    pub(crate) fn survey(&mut self) -> Result<Survey> {
        let mut all = Survey::new();
        for (id, brief) in self.briefs()? {
            let one = named(&mut all, id);
            one.row.entries = brief.own.clone();
            one.row.name = if brief.name.is_empty() { brief.date.clone() } else { brief.name.clone() };
            one.brief = Some(brief);
        }
        let on = self.store.read();
        for photo in photos::all(on)? {
            let (row, place) = (&mut named(&mut all, photo.notebook).row, of_photo(&photo));
            if place == Whereabouts::OnlyHere {
                row.photo_bytes += photo.size.saturating_sub(photo.have);
            }
            row.photos.put(&place);
        }
        for stub in sealed::stubs(on)? {
            if let Some(id) = stub.notebook {
                named(&mut all, id).row.sealed.put(&of_state(&stub.state, stub.reason.as_deref(), stub.at));
            }
        }
        for (event, waiting) in sheets::waiting(on)? {
            named(&mut all, event).row.sealed.only_here += waiting;
        }
        for draft in drafts::all(on)? {
            named(&mut all, draft.notebook).row.drafts += 1;
        }
        for photo in photos::pending(on)? {
            all.entry(photo.notebook).or_default().uncovered += 1;
        }
        for visit in people::visits(on)? {
            if let Some(one) = all.get_mut(&visit.id) {
                one.row.name = visit.place;
            }
        }
        Ok(all)
    }

    /// One notebook, as [`Device::survey`] has it.
    pub(crate) fn one(&mut self, id: NotebookId) -> Result<One> {
        Ok(self.survey()?.remove(&id).unwrap_or_default())
    }

    /// What is kept of each stored notebook, made anew where something has changed.
    fn briefs(&mut self) -> Result<BTreeMap<NotebookId, Brief>> {
        let mut all = briefs::all(self.store.read())?;
        // Every story of this crate that looks at a list proves that nothing untrue was kept.
        #[cfg(test)]
        for (id, kept) in &all {
            assert_eq!(kept, &self.brief_of(*id)?, "what is kept of a notebook is not true any more");
        }
        let mut made = Vec::new();
        for id in books::ids(self.store.read())?.into_keys().filter(|id| !all.contains_key(id)) {
            match self.brief_of(id) {
                Ok(brief) => made.push((id, brief)),
                // The others stand there all the same; its own page says that it cannot be read.
                Err(Error::Notebook(error)) => {
                    tracing::warn!(notebook = %id, %error, "a notebook on this tablet cannot be read");
                }
                Err(error) => return Err(error),
            }
        }
        if !made.is_empty() {
            let kept = self.store.write(|tx| made.iter().try_for_each(|(id, brief)| briefs::put(tx, *id, brief)));
            if let Err(error) = kept {
                // A full disk, say: then they are made again the next time.
                tracing::warn!(code = error.code(), "what the lists say of a notebook is not kept");
            }
        }
        all.extend(made);
        Ok(all)
    }

    fn brief_of(&mut self, id: NotebookId) -> Result<Brief> {
        let (read, places) = (self.read_apart(id)?, self.places(id)?);
        let mut own = Place::default();
        for entry in read.entries.iter().filter(|entry| entry.tablet == self.id) {
            own.put(&places.of(entry.id, 0));
        }
        // A value of the summary or a fact of the event is no entry; where it alone is not there yet, it is one thing.
        for place in places.loose() {
            own.put_once(place);
        }
        Ok(Brief {
            kind: read.kind(),
            name: about(&read, "name"),
            date: about(&read, "date"),
            entries: u32::try_from(read.entries.len()).unwrap_or(u32::MAX),
            own,
            furthest: places.furthest(),
            oldest: places.oldest,
        })
    }

    /// A notebook as it reads now, which does not push another out of memory.
    fn read_apart(&mut self, id: NotebookId) -> Result<Projection> {
        match self.books.get(&id) {
            Some(book) => Ok(project(&book.notebook)?),
            None => Ok(project(&self.load_or_found(id)?.notebook)?),
        }
    }
}

fn named(all: &mut Survey, id: NotebookId) -> &mut One {
    let one = all.entry(id).or_default();
    one.row.notebook = Some(id);
    one
}
