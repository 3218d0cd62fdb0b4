//! Taking in a page of the feed: all of it and the new cursor are one transaction.

use super::newer;
use crate::device::{Device, Result};
use crate::error::Error;
use crate::pack::{self, PackText};
use crate::rewrite::rewrite;
use crate::shelf::{self, Book};
use crate::store::{books, drafts, meta, people, photos, sealed, sheets, taken_back};
use crate::surroundings::random;
use domain::entry::Millis;
use domain::ids::NotebookId;
use domain::notebook::{Actor, Hash, Notebook, NotebookError, project};
use domain::wire::{Cursor, Feed, FeedItem};
use rusqlite::Connection;
use sha2::{Digest as _, Sha256};
use std::cell::Cell;
use std::collections::BTreeSet;

/// What a page is taken in with.
pub(super) struct Taking<'a> {
    pub(super) on: &'a Connection,
    pub(super) actor: &'a Actor,
    /// An actor that has written nothing yet, for notebooks founded again.
    pub(super) fresh: &'a Actor,
    pub(super) now: Millis,
    /// Whether something was written again, as the fresh actor.
    pub(super) wrote: Cell<bool>,
    /// Whether photos went, whose files are to go once this is in the store.
    pub(super) dropped: Cell<bool>,
}

impl Device {
    /// Takes in a page. Either all of it is in the store with the new cursor, or nothing has changed.
    pub(crate) fn take_feed(&mut self, feed: Feed) -> Result<()> {
        let known: Option<Cursor> = meta::get(self.store.read(), meta::name::CURSOR)?;
        let other_life = known.is_some_and(|known| known.store != feed.cursor.store);
        if feed.items.is_empty() && known == Some(feed.cursor) {
            return Ok(());
        }
        let touched: Vec<NotebookId> = feed.items.iter().filter_map(notebook_of).collect();
        let (now, actor) = (self.around.now(), self.actor.clone());
        let fresh = Actor::new(random(self.around.as_ref()));
        let (wrote, dropped, lacks) = self.store.write(|tx| {
            let (wrote, dropped) = (Cell::new(false), Cell::new(false));
            let taking = Taking { on: tx, actor: &actor, fresh: &fresh, now, wrote, dropped };
            if other_life {
                doubt_all(tx, &actor, now)?;
                meta::clear(tx, meta::name::NEWER)?;
            }
            if feed.items.contains(&FeedItem::Newer) {
                newer::pass_over(tx, known.filter(|_| !other_life))?;
            }
            let (more, asked) = (feed.more, meta::get::<bool>(tx, meta::name::OWN_TOO)?.is_some());
            let mut lacks = false;
            for item in feed.items {
                lacks = lacks || (!asked && taking.lacks(&item)?);
                taking.take(item)?;
            }
            if !more {
                taking.settle_doubts()?;
                meta::clear(tx, meta::name::OWN_TOO)?;
            }
            if lacks {
                // This tablet was put back to an older copy: all is told again, with its own changes.
                meta::set(tx, meta::name::OWN_TOO, &true)?;
            }
            let revision = if lacks { 0 } else { feed.cursor.revision };
            meta::set(tx, meta::name::CURSOR, &Cursor { revision, ..feed.cursor })?;
            Ok((taking.wrote.get(), taking.dropped.get(), lacks))
        })?;
        if other_life {
            self.sync.tell_again();
        }
        if lacks {
            self.sync.feed_again();
        }
        if wrote {
            // The numbers of what is held are used up at the office: from now on this tablet writes under another name.
            self.actor = Actor::new(random(self.around.as_ref()));
            self.books.clear();
        }
        touched.iter().for_each(|id| drop(self.books.remove(id)));
        if dropped {
            self.sweep_photos()?;
            self.store.settle()?;
        }
        Ok(())
    }
}

/// The office's store is not the one that this tablet knew: nothing is taken to be there until it has told of it.
pub(crate) fn doubt_all(on: &Connection, actor: &Actor, now: Millis) -> Result<()> {
    books::doubt(on, now)?;
    photos::doubt(on)?;
    sealed::doubt(on, now)?;
    taken_back::doubt(on)?;
    for id in books::ids(on)?.into_keys() {
        let Some(book) = readable(on, id, actor)? else { continue };
        // The first change is nobody's: the office makes it itself.
        for change in book.notebook.changes().iter().filter(|change| change.actor != Actor::genesis()) {
            books::doubt_folded(on, id, &change.hash, now)?;
        }
    }
    Ok(())
}

/// A notebook that is here; nothing where it cannot be read, for one that is damaged must not stop the feed.
fn readable(on: &Connection, id: NotebookId, actor: &Actor) -> Result<Option<Book>> {
    match shelf::load(on, id, actor) {
        Ok(here) => Ok(here.map(|(book, _)| book)),
        Err(Error::Notebook(error)) => {
            tracing::warn!(notebook = %id, %error, "a notebook on this tablet cannot be read");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

impl Taking<'_> {
    /// Whether the office tells of a change of this tablet's that is not on it.
    fn lacks(&self, item: &FeedItem) -> Result<bool> {
        let FeedItem::Fate { notebook, hash, held: None, .. } = item else { return Ok(false) };
        if books::is_known(self.on, hash)? {
            return Ok(false);
        }
        let book = readable(self.on, *notebook, self.actor)?;
        Ok(!book.is_some_and(|book| book.notebook.changes().iter().any(|change| change.hash == *hash)))
    }

    fn take(&self, item: FeedItem) -> Result<()> {
        match item {
            FeedItem::Organisation(organisation) => meta::set(self.on, meta::name::ORGANISATION, &organisation),
            FeedItem::Pack { id, version, json } => pack::take(self.on, &PackText { id, version, json }),
            FeedItem::Person(person) => people::put_person(self.on, &person),
            FeedItem::Visit(visit) => {
                // Told only to tablets that may see it: whoever was taken off the team is on it again.
                books::withdraw(self.on, visit.id, false)?;
                people::put_visit(self.on, &visit)
            }
            FeedItem::Granted { notebook, generation, chunk } => {
                forgiven(notebook, self.granted(notebook, generation, &chunk.0))
            }
            FeedItem::Change { notebook, hash, bytes } => forgiven(notebook, self.change(notebook, &hash, &bytes.0)),
            FeedItem::Fate { hash, held: None, .. } => books::published(self.on, &hash, self.now),
            FeedItem::Fate { notebook, hash, held: Some(reason), again } => {
                books::held(self.on, &hash, &reason, self.now)?;
                if again { forgiven(notebook, self.again(notebook)) } else { Ok(()) }
            }
            FeedItem::Withdrawn { notebook } => {
                forgiven(notebook, self.nothing_follows(notebook))?;
                self.withdrawn(notebook)
            }
            FeedItem::Gone { notebook, generation, entries, follows } => {
                forgiven(notebook, self.gone(notebook, generation, &entries, follows))
            }
            FeedItem::Newer => {
                tracing::warn!(
                    "the office told something that this app cannot read; it is asked for again after an update"
                );
                Ok(())
            }
        }
    }

    /// The visit is somebody else's now. Where nothing was written in it here, nothing of it stays.
    fn withdrawn(&self, notebook: NotebookId) -> Result<()> {
        let begun = drafts::all(self.on)?.iter().any(|draft| draft.notebook == notebook)
            || sealed::stubs(self.on)?.iter().any(|stub| stub.notebook == Some(notebook))
            || sheets::waiting(self.on)?.contains_key(&notebook)
            || photos::pending_in(self.on, notebook)? > 0;
        if begun {
            books::found(self.on, notebook, self.now)?;
        }
        books::withdraw(self.on, notebook, true)?;
        if begun || !books::own(self.on, notebook)?.is_empty() {
            return Ok(());
        }
        // Only others' words, or none: they are no longer for this tablet.
        books::let_go(self.on, notebook)?;
        people::drop_visit(self.on, notebook)
    }

    /// What is here of a notebook; nothing where all of it came from the office and cannot be read, for that is sent anew.
    fn here(&self, id: NotebookId) -> Result<Option<Book>> {
        match shelf::load(self.on, id, self.actor) {
            Err(Error::Notebook(error)) if books::own(self.on, id)?.is_empty() => {
                tracing::warn!(notebook = %id, %error, "a notebook on this tablet cannot be read; it is given again");
                books::clear(self.on, id)?;
                Ok(None)
            }
            here => Ok(here?.map(|(book, _)| book)),
        }
    }

    /// The office's compact form joins what is here; what it holds of ours is published.
    fn granted(&self, id: NotebookId, generation: u32, chunk: &[u8]) -> Result<()> {
        let here = self.here(id)?;
        if here.is_none() && !chunk.is_empty() {
            // Nothing of ours is in it. The office read it before it was shown to anybody, so where it came as it was saved
            // it is read when it is opened: a new tablet gets a thousand at once.
            if !is_whole(chunk) {
                Notebook::load(id, chunk, self.actor)?;
            }
            books::found(self.on, id, self.now)?;
            books::fold(self.on, id, generation, chunk)?;
            return books::granted(self.on, id);
        }
        let older = here.as_ref().is_some_and(|book| book.generation < generation);
        let told = match chunk.is_empty() {
            // Nothing is published yet; what is here waits to be sent, its first change too.
            true if !older => return books::withdraw(self.on, id, false),
            true => Notebook::found(id, self.actor)?,
            false => Notebook::load(id, chunk, self.actor)?,
        };
        let whole = match here {
            Some(book) if book.generation < generation => {
                self.refound(id, generation, &book, told)?;
                return books::granted(self.on, id);
            }
            Some(mut book) => {
                book.notebook.apply(told.changes().iter().map(|change| change.bytes.as_slice()))?;
                book.notebook
            }
            None => {
                books::found(self.on, id, self.now)?;
                told.clone()
            }
        };
        for change in told.changes() {
            books::published(self.on, &change.hash, self.now)?;
        }
        books::fold(self.on, id, generation, &whole.save())?;
        books::granted(self.on, id)
    }

    /// The office asks for what it holds of this tablet: it is written again under the same ids, by a new actor, on all
    /// that is not held, with what stood on it here. What was held goes from here once the office has been told so.
    fn again(&self, id: NotebookId) -> Result<()> {
        let Some(book) = readable(self.on, id, self.actor)? else { return Ok(()) };
        let mut old = books::held_here(self.on, id)?;
        let mut kept = Vec::new();
        for change in book.notebook.changes() {
            if old.contains(&change.hash) || change.deps.iter().any(|dep| old.contains(dep)) {
                old.insert(change.hash);
            } else {
                kept.push(change);
            }
        }
        let mut base = Notebook::found(id, self.fresh)?;
        base.apply(kept.iter().map(|change| change.bytes.as_slice()))?;
        let mut again = base.clone();
        if let Err(error) = rewrite(&project(&book.notebook)?, &mut again, &BTreeSet::new()) {
            // Something newer than this version: it stays as it is, held, and nothing of it is lost.
            tracing::warn!(notebook = %id, code = error.code(), "what the office holds cannot be written again here");
            return Ok(());
        }
        let new = again.changes_since(&base.heads());
        if old.is_empty() || new.is_empty() {
            return Ok(());
        }
        books::fold(self.on, id, book.generation, &base.save())?;
        books::write_again(self.on, id, &old, &new, self.now)?;
        self.wrote.set(true);
        self.sheets_on_new_ground(id, &book.notebook, &again)
    }

    fn change(&self, id: NotebookId, hash: &Hash, bytes: &[u8]) -> Result<()> {
        let mut book = match shelf::load(self.on, id, self.actor)? {
            Some((book, _)) => book,
            None => {
                books::found(self.on, id, self.now)?;
                let notebook = Notebook::found(id, self.actor)?;
                books::fold(self.on, id, 0, &notebook.save())?;
                Book { notebook, generation: 0 }
            }
        };
        books::told(self.on, id)?;
        let waiting = books::load(self.on, id)?.map(|stored| stored.waits).unwrap_or_default();
        match book.notebook.apply([bytes]) {
            Ok(()) => {
                books::put_told(self.on, id, hash, bytes, false, self.now)?;
                books::published(self.on, hash, self.now)?;
                if !waiting.is_empty() && book.notebook.apply(waiting.iter().map(Vec::as_slice)).is_ok() {
                    books::came(self.on, id)?;
                }
                Ok(())
            }
            Err(NotebookError::Waits(_)) => books::put_told(self.on, id, hash, bytes, true, self.now),
            Err(error) => {
                // One change that cannot be read must not stop the rest of the feed.
                tracing::warn!(notebook = %id, change = %hash, %error, "a change of the feed cannot be read");
                Ok(())
            }
        }
    }

    /// After a whole feed of another life: what the office has not told of goes into the outbox again, in order.
    fn settle_doubts(&self) -> Result<()> {
        for id in books::doubted(self.on)? {
            let Some(book) = readable(self.on, id, self.actor)? else { continue };
            let doubted = books::doubted_hashes(self.on, id)?;
            // What is sent again goes to the end of the outbox, so the compact form holds the notebook meanwhile.
            books::fold(self.on, id, book.generation, &book.notebook.save())?;
            for change in book.notebook.changes() {
                if doubted.contains(&change.hash) {
                    books::send_again(self.on, id, &change, self.now)?;
                }
            }
        }
        Ok(())
    }
}

/// Whether these are the bytes of one compact form as automerge saved it: its first eight bytes name the format and the
/// checksum of all that follows.
fn is_whole(chunk: &[u8]) -> bool {
    const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
    let named = chunk.strip_prefix(&MAGIC).and_then(|rest| rest.split_at_checked(4));
    named.is_some_and(|(checksum, rest)| Sha256::digest(rest).starts_with(checksum))
}

/// One notebook that cannot be read must not stop the rest of the feed, nor what is sent after it; what is written in it here
/// stays.
fn forgiven(notebook: NotebookId, done: Result<()>) -> Result<()> {
    match done {
        Err(Error::Notebook(error)) => {
            tracing::warn!(%notebook, %error, "a notebook of the feed cannot be read");
            Ok(())
        }
        done => done,
    }
}

fn notebook_of(item: &FeedItem) -> Option<NotebookId> {
    match item {
        FeedItem::Granted { notebook, .. }
        | FeedItem::Change { notebook, .. }
        | FeedItem::Withdrawn { notebook }
        | FeedItem::Fate { notebook, again: true, .. }
        | FeedItem::Gone { notebook, .. } => Some(*notebook),
        FeedItem::Visit(visit) => Some(visit.id),
        FeedItem::Organisation(_)
        | FeedItem::Pack { .. }
        | FeedItem::Person(_)
        | FeedItem::Fate { .. }
        | FeedItem::Newer => None,
    }
}

impl From<domain::scheme::SchemeError> for Error {
    fn from(error: domain::scheme::SchemeError) -> Self {
        Self::Fault(error.to_string())
    }
}
