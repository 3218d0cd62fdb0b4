//! Writing again: when a notebook is founded again without some words, what this tablet had not sent yet is written
//! onto the new one under the same ids, with the same names and times.

use crate::device::{Device, Result};
use crate::error::Error;
use crate::shelf::Book;
use crate::store::books;
use crate::surroundings::random;
use domain::ids::{EntryId, NotebookId};
use domain::notebook::{Actor, Field, Hash, Notebook, ProjectedEntry, Projection, Spot, Stamp, Stated, project};
use std::collections::{BTreeMap, BTreeSet};

impl Device {
    /// A notebook in two parts: what the office may know of it, and on top of that what it cannot know yet, written
    /// again without the entries in `gone`.
    pub(crate) fn rewritten(&mut self, id: NotebookId, gone: &BTreeSet<EntryId>) -> Result<(Option<Book>, Notebook)> {
        let unsent: BTreeSet<Hash> = books::unsent(self.store.read(), id)?;
        let actor = Actor::new(random(self.around.as_ref()));
        let whole = self.book(id)?.clone();
        let kept: Vec<_> = whole.notebook.changes().into_iter().filter(|c| !unsent.contains(&c.hash)).collect();
        let mut base = Notebook::found(id, &actor)?;
        base.apply(kept.iter().map(|change| change.bytes.as_slice()))?;
        let mut again = base.clone();
        rewrite(&project(&whole.notebook)?, &mut again, gone)?;
        Ok((Some(Book { notebook: base, generation: whole.generation }), again))
    }
}

/// Writes what `old` holds and `onto` does not, but for the entries in `gone`.
pub(crate) fn rewrite(old: &Projection, onto: &mut Notebook, gone: &BTreeSet<EntryId>) -> Result<()> {
    let there = onto.clone();
    let base = project(onto)?;
    for entry in old.entries.iter().filter(|entry| !gone.contains(&entry.id)) {
        match base.entries.iter().find(|known| known.id == entry.id) {
            None => rewrite_entry(entry, onto)?,
            Some(known) => {
                let spot = |name: &str| Spot::Entry(entry.id, name.to_owned());
                rewrite_fields(&entry.fields, &known.fields, onto, &there, spot)?;
                for mark in entry.withdrawn.iter().filter(|mark| !known.withdrawn.contains(mark)) {
                    onto.withdraw(&stamp(entry, mark.by, mark.at), entry.id, &mark.why)?;
                }
            }
        }
    }
    rewrite_fields(&old.summary, &base.summary, onto, &there, |name| Spot::Summary(name.to_owned()))?;
    rewrite_fields(&old.about, &base.about, onto, &there, |name| Spot::About(name.to_owned()))
}

/// One entry from its first words to its last.
fn rewrite_entry(entry: &ProjectedEntry, onto: &mut Notebook) -> Result<()> {
    let as_first_written = |stated: &&Stated| (stated.by, stated.at) == (entry.by, entry.at);
    let mut as_written = entry.clone();
    for field in as_written.fields.values_mut() {
        let first = field.values.first().and_then(|stated| all_of(stated).next().filter(as_first_written)).cloned();
        field.values = first.into_iter().collect();
    }
    as_written.fields.retain(|_, field| !field.values.is_empty());
    // Only a newer version can have written it; it is better kept as it is than written again without what is new.
    let newer = || Error::Fault("a note here was written by a newer version; update this one first".into());
    let typed = as_written.entry().ok_or_else(newer)?;
    let seen = onto.heads();
    onto.record(&stamp(entry, entry.by, entry.at), entry.id, typed, &seen)?;
    let seen = onto.heads();
    for (name, field) in &entry.fields {
        let first = usize::from(as_written.fields.contains_key(name));
        for value in field.values.iter().flat_map(|stated| all_of(stated).skip(first)) {
            let before = if field.differs() { seen.clone() } else { onto.heads() };
            let spot = Spot::Entry(entry.id, name.clone());
            onto.state(&stamp(entry, value.by, value.at), &spot, &value.value, &before)?;
        }
    }
    for mark in &entry.withdrawn {
        onto.withdraw(&stamp(entry, mark.by, mark.at), entry.id, &mark.why)?;
    }
    Ok(())
}

/// A value with all that it replaced, the oldest first.
fn all_of(stated: &Stated) -> impl Iterator<Item = &Stated> {
    stated.was.iter().chain(std::iter::once(stated))
}

/// Values that stand in `old` and not in `base`, which is how `there` reads: over what they replaced, beside what their
/// writer had not seen.
fn rewrite_fields(
    old: &BTreeMap<String, Field>,
    base: &BTreeMap<String, Field>,
    onto: &mut Notebook,
    there: &Notebook,
    spot: impl Fn(&str) -> Spot,
) -> Result<()> {
    for (name, field) in old {
        let known: Vec<&Stated> = base.get(name).into_iter().flat_map(|field| &field.values).flat_map(all_of).collect();
        let spot = spot(name);
        for stated in field.values.iter().filter(|stated| !known.iter().any(|k| k.same(stated))) {
            let mut before = there.heads_before(&spot, |k| !stated.was.iter().any(|was| k.same(was)))?;
            for value in all_of(stated).filter(|value| !known.iter().any(|k| k.same(value))) {
                let by = Stamp {
                    by: value.by,
                    at: value.at,
                    tablet: domain::ids::DeviceId::new(uuid::Uuid::nil()),
                    number: 0,
                    skew: 0,
                    pack: String::new(),
                };
                before = vec![onto.state(&by, &spot, &value.value, &before)?.hash];
            }
        }
    }
    Ok(())
}

fn stamp(entry: &ProjectedEntry, by: domain::ids::PersonId, at: domain::entry::Millis) -> Stamp {
    Stamp { by, at, tablet: entry.tablet, number: entry.number, skew: entry.skew, pack: entry.pack.clone() }
}
