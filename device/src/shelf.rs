//! Notebooks in memory, and the one way in which anything is written into one: the change, the outbox row, the entry's
//! number and the draft's end are one transaction.

use crate::device::Device;
use crate::error::Error;
use crate::pack;
use crate::store::{books, drafts, meta, people};
use crate::views::DraftId;
use domain::entry::Millis;
use domain::ids::{EntryId, NotebookId, PersonId};
use domain::notebook::{Actor, NewChange, Notebook, Projection, Stamp, project};
use rusqlite::Connection;

/// Changes since the last compact chunk before they are folded into a new one.
const FOLD_AFTER: usize = 64;
/// Notebooks kept in memory.
const MOST_BOOKS: usize = 16;

/// A notebook in memory.
#[derive(Clone)]
pub(crate) struct Book {
    pub(crate) notebook: Notebook,
    pub(crate) generation: u32,
}

/// Who writes, when, and what ends with it.
pub(crate) struct Writing {
    pub(crate) by: PersonId,
    pub(crate) at: Millis,
    /// The entries that the change is part of.
    pub(crate) entries: Vec<EntryId>,
    /// The draft that becomes this change.
    pub(crate) draft: Option<DraftId>,
}

/// Reads a notebook from the store; nothing where it is not stored.
pub(crate) fn load(on: &Connection, id: NotebookId, actor: &Actor) -> Result<Option<(Book, usize)>, Error> {
    let Some(stored) = books::load(on, id)? else { return Ok(None) };
    let mut notebook = match &stored.chunk {
        Some(chunk) => Notebook::load(id, chunk, actor)?,
        None => Notebook::found(id, actor)?,
    };
    notebook.apply(stored.since.iter().map(Vec::as_slice))?;
    Ok(Some((Book { notebook, generation: stored.generation }, stored.since.len())))
}

impl Device {
    /// A notebook, from memory or the store, or founded where only the visit is known.
    pub(crate) fn book(&mut self, id: NotebookId) -> Result<&mut Book, Error> {
        if !self.books.contains_key(&id) {
            let book = self.load_or_found(id)?;
            if self.books.len() >= MOST_BOOKS {
                self.books.clear();
            }
            self.books.insert(id, book);
        }
        self.books.get_mut(&id).ok_or(Error::NoNotebook)
    }

    pub(crate) fn load_or_found(&mut self, id: NotebookId) -> Result<Book, Error> {
        if let Some((book, since)) = load(self.store.read(), id, &self.actor)? {
            if since > FOLD_AFTER {
                let chunk = book.notebook.save();
                self.store.write(|tx| books::fold(tx, id, book.generation, &chunk))?;
            }
            return Ok(book);
        }
        if people::visit(self.store.read(), id)?.is_none() {
            return Err(Error::NoNotebook);
        }
        Ok(Book { notebook: Notebook::found(id, &self.actor)?, generation: 0 })
    }

    /// A notebook as it reads now.
    pub(crate) fn projection(&mut self, id: NotebookId) -> Result<Projection, Error> {
        Ok(project(&self.book(id)?.notebook)?)
    }

    /// Writes one change into a notebook. On disk when this returns; on an error nothing has changed.
    pub(crate) fn write_in(
        &mut self,
        id: NotebookId,
        writing: &Writing,
        edit: impl FnOnce(&mut Notebook, &Stamp) -> Result<NewChange, Error>,
    ) -> Result<(), Error> {
        self.write_in_with(id, writing, |_| Ok(()), edit)
    }

    /// As [`Device::write_in`]; what `also` does to the store is one with the change.
    pub(crate) fn write_in_with(
        &mut self,
        id: NotebookId,
        writing: &Writing,
        also: impl FnOnce(&Connection) -> Result<(), Error>,
        edit: impl FnOnce(&mut Notebook, &Stamp) -> Result<NewChange, Error>,
    ) -> Result<(), Error> {
        let mut book = match self.books.remove(&id) {
            Some(book) => book,
            None => self.load_or_found(id)?,
        };
        let (tablet, now) = (self.id, self.around.now());
        self.store.write(|tx| {
            let stamp = Stamp {
                by: writing.by,
                at: writing.at,
                tablet,
                number: meta::next_number(tx)?,
                skew: meta::get(tx, meta::name::SKEW)?.unwrap_or_default(),
                pack: pack::stamp(tx)?,
            };
            let change = edit(&mut book.notebook, &stamp)?;
            found(tx, id, now)?;
            books::put_own(tx, id, &change, &writing.entries, now)?;
            also(tx)?;
            match writing.draft {
                Some(draft) => drafts::end(tx, draft),
                None => Ok(()),
            }
        })?;
        self.books.insert(id, book);
        Ok(())
    }
}

/// Makes sure that a notebook is stored; a new one's first change is the first thing to be sent of it.
pub(crate) fn found(on: &Connection, id: NotebookId, now: Millis) -> Result<(), Error> {
    if books::found(on, id, now)? {
        books::put_own(on, id, &Notebook::genesis(id)?, &[], now)?;
    }
    Ok(())
}
