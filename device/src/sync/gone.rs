//! Words were taken back at the office: a notebook was founded again without them. They go from here at once; what is not
//! at the office yet is written again on the new ground, under its ids (`docs/protocol.md`, *Gone*).

use super::feed::Taking;
use crate::device::Result;
use crate::drafts::on_new_ground;
use crate::error::Error;
use crate::rewrite::rewrite;
use crate::shelf::{self, Book};
use crate::store::{books, drafts, meta, photos, sealed, taken_back};
use crate::views::DraftKind;
use crate::writing::picture_of;
use domain::ids::{EntryId, NotebookId};
use domain::notebook::{Hash, Notebook, ProjectedEntry, Projection, project};
use std::collections::BTreeSet;

/// The most changes that one is said to replace; the office keeps what is beyond, and no word is lost by it.
const MOST_REPLACED: usize = 1_000;

impl Taking<'_> {
    /// The words go at once. The new founding follows as a grant; to a tablet that may not see it none does, and what it
    /// has to say still stands on the first change, which is the same everywhere.
    pub(super) fn gone(&self, id: NotebookId, generation: u32, entries: &[EntryId], follows: bool) -> Result<()> {
        // Whatever this tablet has of it: what was asked for is done.
        taken_back::gone(self.on, entries, self.now)?;
        let Some((book, _)) = shelf::load(self.on, id, self.actor)? else { return Ok(()) };
        if book.generation >= generation {
            return Ok(());
        }
        let erased: BTreeSet<EntryId> = entries.iter().copied().collect();
        meta::set(self.on, &gone_name(id), &erased)?;
        let read = project(&book.notebook)?;
        let unpublished = self.perhaps_only_here(id, &read)?;
        meta::set(self.on, &replaced_name(id), &books::taken_or_held(self.on, id, MOST_REPLACED)?)?;
        let again = book.notebook.amend(&erased, self.fresh)?;
        books::clear(self.on, id)?;
        books::fold(self.on, id, book.generation, &again.save())?;
        // Nothing of it is sent before the new generation is here: what waits is remembered by its entries.
        for entry in unpublished.difference(&erased) {
            books::remember(self.on, id, *entry, self.now)?;
        }
        self.without_photos(id, &read, &erased)?;
        erased.iter().try_for_each(|entry| sealed::forget_about(self.on, *entry))?;
        self.sheets_on_new_ground(id, &book.notebook, &again)?;
        meta::set(self.on, &follows_name(id), &generation)?;
        // The words go from the journal as well, once this is on disk.
        self.dropped.set(true);
        if follows { Ok(()) } else { self.nothing_follows(id) }
    }

    /// The new founding that was to follow does not: somebody else has the visit by now. What is to be said still stands on
    /// the first change.
    pub(super) fn nothing_follows(&self, id: NotebookId) -> Result<()> {
        let Some(generation) = meta::get::<u32>(self.on, &follows_name(id))? else { return Ok(()) };
        let Some((book, _)) = shelf::load(self.on, id, self.actor)? else { return Ok(()) };
        self.refound(id, generation, &book, Notebook::found(id, self.actor)?)
    }

    /// The notebook was founded again at the office: ours goes, but for what had not been published, written again.
    pub(super) fn refound(&self, id: NotebookId, generation: u32, old: &Book, told: Notebook) -> Result<()> {
        let erased: BTreeSet<EntryId> = meta::get(self.on, &gone_name(id))?.unwrap_or_default();
        let before = &old.notebook;
        let mut old = project(before)?;
        let unpublished = self.perhaps_only_here(id, &old)?;
        // What only a newer version can write is left to the tablet that wrote it, and stops nothing here.
        let known = project(&told)?;
        let can = |entry: &ProjectedEntry| entry.entry().is_some() || known.entries.iter().any(|e| e.id == entry.id);
        old.entries.retain(|entry| unpublished.contains(&entry.id) && can(entry));
        let mut again = Notebook::load(id, &told.save(), self.fresh)?;
        rewrite(&old, &mut again, &erased)?;
        let mut replaced: BTreeSet<Hash> = meta::get(self.on, &replaced_name(id))?.unwrap_or_default();
        replaced.extend(books::taken_or_held(self.on, id, MOST_REPLACED)?);
        meta::clear(self.on, &replaced_name(id))?;
        meta::clear(self.on, &follows_name(id))?;
        books::clear(self.on, id)?;
        books::fold(self.on, id, generation, &told.save())?;
        let mine: Vec<EntryId> = unpublished.into_iter().filter(|id| !erased.contains(id)).collect();
        let new = again.changes_since(&told.heads());
        for change in &new {
            books::put_own(self.on, id, change, &mine, self.now)?;
        }
        if let Some(last) = new.last().filter(|_| !replaced.is_empty()) {
            books::replaces(self.on, &last.hash, &replaced)?;
        }
        self.wrote.set(true);
        self.sheets_on_new_ground(id, before, &again)
    }

    /// Entries that may be nowhere else: this tablet's own that are not published, and after a restore of the office all,
    /// until it has told what it still has.
    fn perhaps_only_here(&self, id: NotebookId, read: &Projection) -> Result<BTreeSet<EntryId>> {
        if books::in_doubt(self.on, id)? {
            return Ok(read.entries.iter().map(|entry| entry.id).collect());
        }
        books::unpublished_entries(self.on, id)
    }

    /// Pictures that were in what was taken back, and are in nothing else here.
    fn without_photos(&self, id: NotebookId, read: &Projection, erased: &BTreeSet<EntryId>) -> Result<()> {
        let (going, staying): (Vec<_>, Vec<_>) = read.entries.iter().partition(|entry| erased.contains(&entry.id));
        let mut going: BTreeSet<String> = going.into_iter().filter_map(picture_of).collect();
        for needed in staying.into_iter().filter_map(picture_of) {
            going.remove(&needed);
        }
        if going.is_empty() {
            return Ok(());
        }
        for other in books::ids(self.on)?.into_keys().filter(|other| *other != id) {
            let Some((book, _)) = shelf::load(self.on, other, self.actor)? else { continue };
            for needed in project(&book.notebook)?.entries.iter().filter_map(picture_of) {
                going.remove(&needed);
            }
        }
        going.iter().try_for_each(|hash| photos::forget(self.on, hash))?;
        self.dropped.set(true);
        Ok(())
    }

    /// Open sheets of a notebook whose whole history was written anew stand on as much of it as their writer had before
    /// her; where nobody can say that any more, on the first change, and what she writes stands beside all the rest.
    pub(super) fn sheets_on_new_ground(&self, id: NotebookId, old: &Notebook, again: &Notebook) -> Result<()> {
        let erased: BTreeSet<EntryId> = meta::get(self.on, &gone_name(id))?.unwrap_or_default();
        for draft in drafts::all(self.on)?.into_iter().filter(|draft| draft.notebook == id) {
            let about = match &draft.kind {
                DraftKind::Correction { entry, .. } | DraftKind::Contact { view: Some(entry) } => Some(entry),
                _ => None,
            };
            if about.is_some_and(|entry| erased.contains(entry)) {
                // Its words are those that were taken back, or say how to reach whoever said them.
                drafts::end(self.on, draft.id)?;
                continue;
            }
            let heads = match on_new_ground(&draft, old, again) {
                Err(Error::Notebook(_)) => Some(vec![Notebook::genesis(id)?.hash]),
                heads => heads?,
            };
            if let Some(heads) = heads {
                drafts::rebase(self.on, draft.id, &heads)?;
            }
        }
        Ok(())
    }
}

fn gone_name(id: NotebookId) -> String {
    format!("gone {id}")
}

/// The generation of which a grant is waited for.
fn follows_name(id: NotebookId) -> String {
    format!("gone, follows {id}")
}

fn replaced_name(id: NotebookId) -> String {
    format!("gone with it {id}")
}
