//! Everything that a person writes into a notebook without a sheet: entries, whole values, corrections, marks, and
//! *please forget I said that*.

use crate::device::{Device, Result};
use crate::error::Error;
use crate::shelf::{Book, Writing};
use crate::store::{books, drafts, meta, photos, sealed, taken_back};
use crate::surroundings::random;
use crate::views::{Difference, DraftId, DraftKind, EventFacts};
use domain::entry::{Entry, Millis};
use domain::ids::{EntryId, NotebookId};
use domain::notebook::{Actor, Hash, Heads, Kind, Notebook, NotebookError, ProjectedEntry, Spot, Value};
use rusqlite::Connection;
use std::collections::BTreeSet;

impl Device {
    /// Records an entry at `at` (now, if nothing is given) by whoever writes.
    ///
    /// # Errors
    /// [`Error::Unfinished`], [`Error::NobodyWrites`], [`Error::NoNotebook`].
    pub fn record(&mut self, notebook: NotebookId, entry: Entry, at: Option<Millis>) -> Result<EntryId> {
        let id = EntryId::new(self.around.uuid());
        let mut writing = self.writing_now(at)?;
        writing.entries.push(id);
        self.write_in(notebook, &writing, |book, stamp| {
            let seen = book.heads();
            Ok(book.record(stamp, id, entry, &seen)?)
        })?;
        Ok(id)
    }

    /// Writes a whole value over what stands there.
    ///
    /// # Errors
    /// [`Error::NobodyWrites`], [`Error::NoNotebook`].
    pub fn state(&mut self, notebook: NotebookId, spot: &Spot, value: &Value) -> Result<()> {
        self.state_over(notebook, spot, value, None)
    }

    /// Writes a whole value over what the writer had before her; over all that is here now, where nothing is said.
    fn state_over(&mut self, notebook: NotebookId, spot: &Spot, value: &Value, seen: Option<&[Hash]>) -> Result<()> {
        let mut writing = self.writing_now(None)?;
        if let Spot::Entry(entry, _) = spot {
            writing.entries.push(*entry);
        }
        self.write_in(notebook, &writing, |book, stamp| {
            let seen = seen.map_or_else(|| book.heads(), <[Hash]>::to_vec);
            Ok(book.state(stamp, spot, value, &seen)?)
        })
    }

    /// Marks an entry as withdrawn, with who, when and why.
    ///
    /// # Errors
    /// As [`Device::state`].
    pub fn withdraw(&mut self, notebook: NotebookId, entry: EntryId, why: &str) -> Result<()> {
        let mut writing = self.writing_now(None)?;
        writing.entries.push(entry);
        self.write_in(notebook, &writing, |book, stamp| Ok(book.withdraw(stamp, entry, why)?))
    }

    /// *They asked me not to keep it*: what has not left the tablet is removed at once, without trace; of what may be at the
    /// office, the office is asked with the next push, and until it has done it nothing of the words is shown here.
    ///
    /// # Errors
    /// [`Error::AlreadySent`] for a note of another tablet.
    pub fn take_back(&mut self, notebook: NotebookId, entry: EntryId) -> Result<()> {
        match self.forget(notebook, &[entry]) {
            Err(Error::AlreadySent) => {}
            done => return done,
        }
        self.ask_for(notebook, entry, |_| Ok(()))?;
        self.store.settle()
    }

    /// Asks the office to take an entry out; what `also` writes is one with it. Its picture goes from here at once, and is
    /// not sent any more.
    pub(crate) fn ask_for(
        &mut self,
        notebook: NotebookId,
        entry: EntryId,
        also: impl Fn(&Connection) -> Result<()>,
    ) -> Result<()> {
        self.is_of_this_tablet(notebook, entry)?;
        let (photos, now) = (self.pictures_going(notebook, &BTreeSet::from([entry]))?, self.around.now());
        self.store.write(|tx| {
            also(tx)?;
            photos.iter().try_for_each(|hash| photos::forget(tx, hash))?;
            ask_back(tx, notebook, entry, now)
        })?;
        photos.iter().try_for_each(|hash| self.remove_photo_file(hash))
    }

    /// Whether an entry was written here, so that the office does as this tablet asks.
    pub(crate) fn is_of_this_tablet(&mut self, notebook: NotebookId, entry: EntryId) -> Result<()> {
        let read = self.projection(notebook)?;
        let found = read.entries.iter().find(|e| e.id == entry).ok_or(NotebookError::NoEntry(entry))?;
        if found.tablet == self.id { Ok(()) } else { Err(Error::AlreadySent) }
    }

    /// Removes entries without trace, while nothing of them has left the tablet.
    ///
    /// # Errors
    /// [`Error::AlreadySent`].
    pub fn forget(&mut self, notebook: NotebookId, entries: &[EntryId]) -> Result<()> {
        self.forget_with(notebook, entries, |_| Ok(()))
    }

    /// As [`Device::forget`]; what `also` writes is one with it.
    pub(crate) fn forget_with(
        &mut self,
        notebook: NotebookId,
        entries: &[EntryId],
        also: impl FnOnce(&Connection) -> Result<()>,
    ) -> Result<()> {
        let gone: BTreeSet<EntryId> = entries.iter().copied().collect();
        let read = self.projection(notebook)?;
        let sent = books::tried(self.store.read(), notebook)?;
        for id in &gone {
            let entry = read.entries.iter().find(|e| e.id == *id).ok_or(NotebookError::NoEntry(*id))?;
            if entry.tablet != self.id || sent.contains(id) {
                return Err(Error::AlreadySent);
            }
        }
        let photos = self.pictures_going(notebook, &gone)?;
        // The old actor may have written changes that are dropped here; it must not count on from them.
        self.actor = Actor::new(random(self.around.as_ref()));
        let there = books::known_there(self.store.read(), notebook)?;
        let (base, book) = if there {
            self.rewritten(notebook, &gone)?
        } else {
            let fresh = Actor::new(random(self.around.as_ref()));
            (None, self.book(notebook)?.notebook.amend(&gone, &fresh)?)
        };
        self.found_again(notebook, base, book, &gone, &photos, also)
    }

    /// The pictures of what goes that nothing which stays needs.
    fn pictures_going(&mut self, notebook: NotebookId, gone: &BTreeSet<EntryId>) -> Result<Vec<String>> {
        let read = self.projection(notebook)?;
        let (going, staying): (Vec<_>, Vec<_>) = read.entries.iter().partition(|e| gone.contains(&e.id));
        // The same picture may have been used twice.
        let needed: BTreeSet<String> = staying.into_iter().filter_map(picture_of).collect();
        let mut photos: Vec<String> =
            going.into_iter().filter_map(picture_of).filter(|hash| !needed.contains(hash)).collect();
        self.leave_to_others(notebook, &mut photos)?;
        Ok(photos)
    }

    /// A picture that another notebook uses as well is that one's from now on, and no longer among those that go.
    fn leave_to_others(&mut self, notebook: NotebookId, photos: &mut Vec<String>) -> Result<()> {
        if photos.is_empty() {
            return Ok(());
        }
        for other in books::ids(self.store.read())?.into_keys().filter(|id| *id != notebook) {
            let read = self.projection(other)?;
            let used: BTreeSet<String> = read.entries.iter().filter_map(picture_of).collect();
            for hash in photos.extract_if(.., |hash| used.contains(hash)) {
                self.store.write(|tx| photos::belongs(tx, &hash, other))?;
            }
        }
        Ok(())
    }

    /// Puts a notebook that was founded again in the old one's place; `base` is what the office knows of it.
    pub(crate) fn found_again(
        &mut self,
        id: NotebookId,
        base: Option<Book>,
        again: Notebook,
        gone: &BTreeSet<EntryId>,
        dropped_photos: &[String],
        also: impl FnOnce(&Connection) -> Result<()>,
    ) -> Result<()> {
        let (now, own) = (self.around.now(), self.id);
        let read = domain::notebook::project(&again)?;
        let known = books::tried(self.store.read(), id)?;
        let mine: Vec<EntryId> =
            read.entries.iter().filter(|e| e.tablet == own && !known.contains(&e.id)).map(|e| e.id).collect();
        let generation = base.as_ref().map_or(0, |b| b.generation);
        let sheets = self.sheets_after(id, &again, gone)?;
        self.books.remove(&id);
        self.store.write(|tx| {
            let fresh = match &base {
                Some(base) => {
                    books::clear_unsent(tx, id)?;
                    books::fold(tx, id, base.generation, &base.notebook.save())?;
                    again.changes_since(&base.notebook.heads())
                }
                None => {
                    books::clear(tx, id)?;
                    again.changes()
                }
            };
            for change in &fresh {
                // One change may now carry many entries: each of them is where that change is.
                books::put_own(tx, id, change, &mine, now)?;
            }
            for (draft, heads) in &sheets {
                match heads {
                    Some(heads) => drafts::rebase(tx, *draft, heads)?,
                    None => drafts::end(tx, *draft)?,
                }
            }
            gone.iter().try_for_each(|entry| sealed::forget_about(tx, *entry))?;
            dropped_photos.iter().try_for_each(|hash| photos::forget(tx, hash))?;
            also(tx)
        })?;
        self.books.insert(id, Book { notebook: again, generation });
        for hash in dropped_photos {
            self.remove_photo_file(hash)?;
        }
        self.store.settle()
    }

    /// Open sheets of a notebook that is founded again, each with its new heads; nothing for one that corrects what is
    /// gone: its words go too.
    fn sheets_after(
        &mut self,
        id: NotebookId,
        again: &Notebook,
        gone: &BTreeSet<EntryId>,
    ) -> Result<Vec<(DraftId, Option<Heads>)>> {
        let mut sheets = Vec::new();
        let old = self.book(id)?.notebook.clone();
        for draft in drafts::all(self.store.read())?.into_iter().filter(|draft| draft.notebook == id) {
            match &draft.kind {
                DraftKind::Correction { entry, .. } | DraftKind::Contact { view: Some(entry) }
                    if gone.contains(entry) =>
                {
                    sheets.push((draft.id, None));
                }
                _ => {
                    let heads = crate::drafts::on_new_ground(&draft, &old, again)?;
                    sheets.extend(heads.map(|heads| (draft.id, Some(heads))));
                }
            }
        }
        Ok(sheets)
    }

    /// Every field in which people differ.
    ///
    /// # Errors
    /// [`Error::NoNotebook`].
    pub fn differences(&mut self, notebook: NotebookId) -> Result<Vec<Difference>> {
        let (read, seen) = (self.projection(notebook)?, self.book(notebook)?.notebook.heads());
        let mut all = Vec::new();
        if books::withdrawn(self.store.read(), notebook)? {
            return Ok(all);
        }
        let taken_back = taken_back::of(self.store.read(), notebook)?;
        for (spot, field) in read.differences() {
            // Nobody reads the words of what somebody asked not to be kept.
            if matches!(&spot, Spot::Entry(id, _) if taken_back.contains_key(id)) {
                continue;
            }
            let (name, of) = match &spot {
                Spot::Summary(name) | Spot::About(name) => (name.clone(), None),
                Spot::Entry(id, name) => {
                    let entry = read.entries.iter().find(|e| e.id == *id);
                    let words = entry.and_then(|e| e.fields.get("words")).and_then(|f| f.values.first());
                    (name.clone(), words.and_then(|w| w.value.text().map(str::to_owned)))
                }
            };
            let seen = seen.clone();
            all.push(Difference { spot, field: name, of, values: self.words_of(field)?, seen });
        }
        Ok(all)
    }

    /// Settles a difference: one value over all that stood there when whoever settles it read them
    /// ([`Difference::seen`]). What came later differs again.
    ///
    /// # Errors
    /// As [`Device::state`].
    pub fn settle(&mut self, notebook: NotebookId, spot: &Spot, value: &Value, seen: &[Hash]) -> Result<()> {
        self.state_over(notebook, spot, value, Some(seen))
    }

    /// Begins an outreach event and returns its notebook.
    ///
    /// # Errors
    /// [`Error::NobodyWrites`].
    pub fn begin_event(&mut self, facts: &EventFacts) -> Result<NotebookId> {
        let id = NotebookId::new(self.around.uuid());
        self.begin(id, Kind::Event, facts)?;
        Ok(id)
    }

    /// This tablet's notebook of today, for views without a visit or event; made when it is first asked for.
    ///
    /// # Errors
    /// [`Error::NobodyWrites`].
    pub fn day(&mut self) -> Result<NotebookId> {
        let today = crate::days::day_of(self.around.now());
        let known: Option<(String, NotebookId)> = meta::get(self.store.read(), meta::name::DAY)?;
        if let Some((_, id)) = known.filter(|(day, _)| *day == today) {
            return Ok(id);
        }
        let id = NotebookId::new(self.around.uuid());
        self.begin(id, Kind::Day, &EventFacts { date: today.clone(), ..EventFacts::default() })?;
        self.store.write(|tx| meta::set(tx, meta::name::DAY, &(today, id)))?;
        Ok(id)
    }

    fn begin(&mut self, id: NotebookId, kind: Kind, facts: &EventFacts) -> Result<()> {
        let kind = if kind == Kind::Day { "day" } else { "event" };
        let mut about: Vec<(&str, Value)> = vec![("kind", Value::Text(kind.into()))];
        let texts = [
            ("name", &facts.name),
            ("date", &facts.date),
            ("group", &facts.group),
            ("event kind", &facts.kind),
            ("method", &facts.method),
        ];
        about.extend(texts.into_iter().filter(|(_, t)| !t.is_empty()).map(|(k, t)| (k, Value::Text(t.clone()))));
        about.push(("tablet", Value::Text(self.id.to_string())));
        about.extend(facts.present.map(|n| ("present", Value::Whole(n))));
        self.writing_now(None)?;
        let (now, actor) = (self.around.now(), self.actor.clone());
        self.store.write(|tx| crate::shelf::found(tx, id, now))?;
        self.books.insert(id, Book { notebook: Notebook::found(id, &actor)?, generation: 0 });
        for (name, value) in about {
            self.state(id, &Spot::About(name.to_owned()), &value)?;
        }
        Ok(())
    }

    /// By whom and when, or that nobody is chosen.
    pub(crate) fn writing_now(&self, at: Option<Millis>) -> Result<Writing> {
        let writer = self.writing_as()?.ok_or(Error::NobodyWrites)?;
        Ok(Writing { by: writer.id, at: at.unwrap_or_else(|| self.around.now()), entries: Vec::new(), draft: None })
    }
}

/// Asks the office to take an entry out; what is being typed into it, and how to reach whoever gave it, goes at once.
fn ask_back(on: &Connection, notebook: NotebookId, entry: EntryId, now: Millis) -> Result<()> {
    taken_back::ask(on, notebook, entry, now)?;
    sealed::forget_about(on, entry)?;
    for draft in drafts::all(on)? {
        if matches!(&draft.kind, DraftKind::Correction { entry: e, .. } | DraftKind::Contact { view: Some(e) } if *e == entry)
        {
            drafts::end(on, draft.id)?;
        }
    }
    Ok(())
}

/// The hash of the picture that an entry is about.
pub(crate) fn picture_of(entry: &ProjectedEntry) -> Option<String> {
    match entry.entry() {
        Some(Entry::Photo(photo)) => Some(photo.hash),
        _ => None,
    }
}
