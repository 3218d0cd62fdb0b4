//! The notebook: one automerge document in which two people can write apart without losing a word.
//!
//! Its first change is the same bytes on every machine; a field holds one whole value and is never edited inside;
//! values written apart are both there until a person settles them. Only this file and its folder know automerge.
//! What is deliberately absent: automerge's Text and Counter (they would splice two people's sentences), its own
//! sync protocol (`docs/decisions.md`), sealed matter, and photo bytes.

mod actor;
mod amend;
mod change;
mod check;
mod history;
mod keeps;
mod project;
mod seen;
mod value;

pub use actor::Actor;
pub use change::{Hash, NewChange};
pub use check::Unsound;
pub use history::Written;
pub use project::{Field, Kind, ProjectedEntry, Projection, Stated, WRITER, Withdrawal, project};
pub use value::Value;

use crate::entry::{Entry, Millis, Unfinished};
use crate::ids::{DeviceId, EntryId, NotebookId, PersonId};
use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{Automerge, Change, ChangeHash, ObjId as ExId, ObjType, PatchLog, ROOT, ReadDoc, ScalarValue};
use serde::{Deserialize, Serialize};

/// The layout that this version writes; a later one is a second deterministic change on top.
pub const LAYOUT: i64 = 1;

/// What a writer had before her: the hashes of the newest changes that she could see.
pub type Heads = Vec<Hash>;

/// Who writes, when, on which tablet: handed in with every change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The person, as stated on the tablet's bar.
    pub by: PersonId,
    /// The tablet's clock.
    pub at: Millis,
    /// The tablet, or the office's own id.
    pub tablet: DeviceId,
    /// The entry's number on that tablet: the order there, whatever the clock says.
    pub number: i64,
    /// Server clock less tablet clock as last known, in milliseconds.
    pub skew: Millis,
    /// The scheme pack's id and version under which this is recorded, `link-2008/1`.
    pub pack: String,
}

/// Where a whole value stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spot {
    /// A field of the visit's summary, such as *overall impression*.
    Summary(String),
    /// A fact about the event or day itself, such as how many were present.
    About(String),
    /// A field of an entry.
    Entry(EntryId, String),
}

/// Why a notebook could not do what was asked. Nothing in it has changed.
#[derive(Debug, thiserror::Error)]
pub enum NotebookError {
    /// Bytes that automerge does not take.
    #[error("these bytes are no notebook change: {0}")]
    Unreadable(String),
    /// Bytes of another notebook.
    #[error("this is notebook {found}, not {expected}")]
    AnotherNotebook {
        /// The one asked for.
        expected: NotebookId,
        /// The one in the bytes.
        found: String,
    },
    /// Text that is no hash.
    #[error("this is not the hash of a change")]
    NotAHash,
    /// Changes stand on others that are not here.
    #[error("{0} earlier change(s) have not come yet")]
    Waits(usize),
    /// There is no such entry.
    #[error("there is no entry {0} in this notebook")]
    NoEntry(EntryId),
    /// The entry is not finished.
    #[error(transparent)]
    Unfinished(#[from] Unfinished),
    /// The shape is not a notebook's.
    #[error(transparent)]
    Unsound(#[from] Unsound),
}

impl From<automerge::AutomergeError> for NotebookError {
    fn from(error: automerge::AutomergeError) -> Self {
        Self::Unreadable(error.to_string())
    }
}

/// One notebook, in memory.
#[derive(Clone, Debug)]
pub struct Notebook {
    id: NotebookId,
    doc: Automerge,
}

const ENTRIES: &str = "entries";
const SUMMARY: &str = "summary";
const ABOUT: &str = "about";

impl Notebook {
    /// Founds a notebook: its first change comes from `id` and [`LAYOUT`] alone, so two tablets that start one
    /// visit apart make the same bytes. Later changes are written as `actor`, new at each process start.
    ///
    /// # Errors
    /// None that a caller can bring about; automerge's own are passed on.
    pub fn found(id: NotebookId, actor: &Actor) -> Result<Self, NotebookError> {
        let mut doc = Automerge::new().with_actor(Actor::genesis().into());
        let mut first = doc.transaction();
        first.put(ROOT, "layout", LAYOUT)?;
        first.put(ROOT, "id", id.to_string())?;
        for container in [ENTRIES, SUMMARY, ABOUT] {
            first.put_object(ROOT, container, ObjType::Map)?;
        }
        first.commit_with(CommitOptions::default().with_time(0));
        doc.set_actor(actor.into());
        Ok(Self { id, doc })
    }

    /// Reads a notebook from its compact form ([`Notebook::save`]).
    ///
    /// # Errors
    /// Bytes that are none, or another notebook's.
    pub fn load(id: NotebookId, bytes: &[u8], actor: &Actor) -> Result<Self, NotebookError> {
        let mut doc = Automerge::load(bytes)?;
        doc.set_actor(actor.into());
        let found = match doc.get(ROOT, "id")? {
            Some((automerge::Value::Scalar(value), _)) => value.as_str().unwrap_or_default().to_owned(),
            _ => String::new(),
        };
        if found != id.to_string() {
            return Err(NotebookError::AnotherNotebook { expected: id, found });
        }
        Ok(Self { id, doc })
    }

    /// The notebook's id.
    #[must_use]
    pub const fn id(&self) -> NotebookId {
        self.id
    }

    /// The hash that the first change of notebook `id` must have.
    ///
    /// # Errors
    /// As [`Notebook::found`].
    pub fn genesis(id: NotebookId) -> Result<NewChange, NotebookError> {
        let book = Self::found(id, &Actor::genesis())?;
        book.changes().into_iter().next().ok_or(NotebookError::Waits(1))
    }

    /// The newest changes.
    #[must_use]
    pub fn heads(&self) -> Heads {
        self.doc.get_heads().into_iter().map(Hash).collect()
    }

    /// Every change, the first one first.
    #[must_use]
    pub fn changes(&self) -> Vec<NewChange> {
        self.changes_since(&[])
    }

    /// Every change that is not among or below `heads`.
    #[must_use]
    pub fn changes_since(&self, heads: &[Hash]) -> Vec<NewChange> {
        let known: Vec<ChangeHash> =
            heads.iter().map(|h| h.0).filter(|h| self.doc.get_change_by_hash(h).is_some()).collect();
        self.doc.get_changes(&known).into_iter().map(NewChange::from).collect()
    }

    /// The compact form.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        self.doc.save()
    }

    /// Takes changes that others made, in any order; those already here are passed over.
    ///
    /// # Errors
    /// Unreadable bytes, or changes that stand on others which are in neither place: then nothing is taken.
    pub fn apply<'a>(&mut self, changes: impl IntoIterator<Item = &'a [u8]>) -> Result<(), NotebookError> {
        let mut read = Vec::new();
        for bytes in changes {
            read.push(Change::from_bytes(bytes.to_vec()).map_err(|e| NotebookError::Unreadable(e.to_string()))?);
        }
        let mut with = self.doc.clone();
        with.apply_changes(read)?;
        let missing = with.get_missing_deps(&[]);
        if !missing.is_empty() {
            return Err(NotebookError::Waits(missing.len()));
        }
        self.doc = with;
        Ok(())
    }

    /// Writes an entry, once, by its author, at the heads that its writer had before her.
    ///
    /// # Errors
    /// What [`Entry::kept`] says is missing.
    pub fn record(
        &mut self,
        stamp: &Stamp,
        id: EntryId,
        entry: Entry,
        seen: &[Hash],
    ) -> Result<NewChange, NotebookError> {
        let entry = entry.kept()?;
        let fields = value::fields_of(&entry)?;
        self.write(seen, |tx| {
            let (_, entries) = container(tx, ENTRIES)?;
            let map = tx.put_object(&entries, id.to_string(), ObjType::Map)?;
            tx.put(&map, "kind", entry.kind())?;
            tx.put(&map, "by", stamp.by.to_string())?;
            tx.put(&map, "at", stamp.at)?;
            tx.put(&map, "tablet", stamp.tablet.to_string())?;
            tx.put(&map, "n", stamp.number)?;
            tx.put(&map, "skew", stamp.skew)?;
            tx.put(&map, "pack", stamp.pack.as_str())?;
            for (key, value) in &fields {
                value.put(tx, &map, key)?;
            }
            Ok(())
        })
    }

    /// Writes one whole value over what the writer had before her; what others wrote meanwhile stays beside it
    /// until a person settles it by writing again with both before her.
    ///
    /// # Errors
    /// An entry that is not here.
    pub fn state(
        &mut self,
        stamp: &Stamp,
        spot: &Spot,
        value: &Value,
        seen: &[Hash],
    ) -> Result<NewChange, NotebookError> {
        self.write(seen, |tx| {
            let (maps, key) = locate(tx, spot, stamp)?;
            let mut was: Vec<Stated> = Vec::new();
            for (map, author) in &maps {
                for stated in project::stated_at(tx, map, key, *author)? {
                    if !was.contains(&stated) {
                        was.push(stated);
                    }
                }
            }
            // In each of them: an entry that a tablet wrote again stands twice, and is read as one.
            maps.iter().try_for_each(|(map, _)| put_stated(tx, map, key, value, stamp, &was))
        })
    }

    /// Marks an entry as withdrawn; it stays readable, with who, when and why. *Forget it* is [`Notebook::amend`].
    ///
    /// # Errors
    /// An entry that is not here.
    pub fn withdraw(&mut self, stamp: &Stamp, id: EntryId, why: &str) -> Result<NewChange, NotebookError> {
        let seen = self.heads();
        self.state(stamp, &Spot::Entry(id, project::WITHDRAWN.into()), &Value::Text(why.to_owned()), &seen)
    }

    fn write(
        &mut self,
        seen: &[Hash],
        edit: impl FnOnce(&mut Transaction<'_>) -> Result<(), NotebookError>,
    ) -> Result<NewChange, NotebookError> {
        let heads: Vec<ChangeHash> = seen.iter().map(|h| h.0).collect();
        if let Some(missing) = heads.iter().find(|h| self.doc.get_change_by_hash(h).is_none()) {
            return Err(NotebookError::Unreadable(format!("change {missing} is not here")));
        }
        let mut tx = self
            .doc
            .transaction_at(PatchLog::inactive(), &heads)
            .map_err(|e| NotebookError::Unreadable(e.to_string()))?;
        if let Err(error) = edit(&mut tx) {
            tx.rollback();
            return Err(error);
        }
        // No time in the change itself: each value carries its own, and a tablet's clock may be wrong.
        let (hash, _) = tx.commit_with(CommitOptions::default().with_time(0));
        let change = hash.and_then(|h| self.doc.get_change_by_hash(&h));
        change.map(NewChange::from).ok_or_else(|| NotebookError::Unreadable("the change came to nothing".into()))
    }
}

fn container(doc: &impl ReadDoc, name: &'static str) -> Result<(ObjType, ExId), NotebookError> {
    match doc.get(ROOT, name)? {
        Some((automerge::Value::Object(kind), id)) => Ok((kind, id)),
        _ => Err(Unsound::Missing(name).into()),
    }
}

/// A whole value with who, when, and all that it replaces.
fn put_stated(
    tx: &mut Transaction<'_>,
    map: &ExId,
    key: &str,
    value: &Value,
    stamp: &Stamp,
    was: &[Stated],
) -> Result<(), NotebookError> {
    let put = tx.put_object(map, key, ObjType::Map)?;
    value.put(tx, &put, "v")?;
    tx.put(&put, "by", stamp.by.to_string())?;
    tx.put(&put, "at", stamp.at)?;
    if was.is_empty() {
        return Ok(());
    }
    let earlier = tx.put_object(&put, "was", ObjType::List)?;
    for (place, stated) in was.iter().flat_map(|s| s.was.iter().chain(std::iter::once(s))).enumerate() {
        let old = tx.insert_object(&earlier, place, ObjType::Map)?;
        stated.value.put(tx, &old, "v")?;
        tx.put(&old, "by", stated.by.to_string())?;
        tx.put(&old, "at", stated.at)?;
    }
    Ok(())
}

/// A map, and who wrote a bare value in it.
type Place = (ExId, (PersonId, Millis));

/// The maps of a spot and its key there.
fn locate<'s>(tx: &Transaction<'_>, spot: &'s Spot, stamp: &Stamp) -> Result<(Vec<Place>, &'s str), NotebookError> {
    let here = (stamp.by, stamp.at);
    match spot {
        Spot::Summary(key) => Ok((vec![(container(tx, SUMMARY)?.1, here)], key)),
        Spot::About(key) => Ok((vec![(container(tx, ABOUT)?.1, here)], key)),
        Spot::Entry(id, key) => {
            let mut maps = Vec::new();
            for (value, map) in tx.get_all(container(tx, ENTRIES)?.1, id.to_string())? {
                if matches!(value, automerge::Value::Object(ObjType::Map)) {
                    let author = project::author_of(tx, &map)?.unwrap_or(here);
                    maps.push((map, author));
                }
            }
            if maps.is_empty() { Err(NotebookError::NoEntry(*id)) } else { Ok((maps, key)) }
        }
    }
}

fn text_of(value: &automerge::Value<'_>) -> Option<String> {
    match value {
        automerge::Value::Scalar(scalar) => match scalar.as_ref() {
            ScalarValue::Str(text) => Some(text.to_string()),
            _ => None,
        },
        automerge::Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests;
