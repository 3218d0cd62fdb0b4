//! What a writer had before her, reckoned afterwards, where a notebook's history was written anew meanwhile.

use super::{Actor, Field, Hash, Heads, Notebook, NotebookError, Spot, Stated, project};
use std::collections::BTreeSet;

impl Notebook {
    /// Everything that stands at a spot, and everything that it replaced.
    ///
    /// # Errors
    /// Those of automerge.
    pub fn stated(&self, spot: &Spot) -> Result<Vec<Stated>, NotebookError> {
        let read = project(self)?;
        let field = match spot {
            Spot::Summary(name) => read.summary.get(name),
            Spot::About(name) => read.about.get(name),
            Spot::Entry(id, name) => read.entries.iter().find(|e| e.id == *id).and_then(|e| e.fields.get(name)),
        };
        let values = field.into_iter().flat_map(|Field { values }| values);
        Ok(values.flat_map(|stated| stated.was.iter().chain(std::iter::once(stated))).cloned().collect())
    }

    /// The notebook as it was at these heads; those that are not here count for nothing.
    ///
    /// # Errors
    /// Those of automerge.
    pub fn at(&self, heads: &[Hash]) -> Result<Self, NotebookError> {
        let mut below: BTreeSet<Hash> = heads.iter().copied().collect();
        let changes = self.changes();
        // What a change stands on comes before it, so one walk from the end finds all.
        for change in changes.iter().rev() {
            if below.contains(&change.hash) {
                below.extend(change.deps.iter().copied());
            }
        }
        let mut then = Self::found(self.id, &Actor::genesis())?;
        let known = changes.iter().filter(|change| below.contains(&change.hash));
        then.apply(known.map(|change| change.bytes.as_slice()))?;
        Ok(then)
    }

    /// The newest heads at which nothing that `unseen` picks stands at a spot: a value that is written there stands
    /// beside what its writer had not seen, and replaces the rest.
    ///
    /// # Errors
    /// Those of automerge.
    pub fn heads_before(&self, spot: &Spot, unseen: impl Fn(&Stated) -> bool) -> Result<Heads, NotebookError> {
        let mut history = Self::found(self.id, &Actor::genesis())?;
        let mut out = BTreeSet::new();
        for change in self.changes() {
            let mut with = history.clone();
            let stands = !change.deps.iter().any(|dep| out.contains(dep));
            if stands {
                with.apply([change.bytes.as_slice()])?;
            }
            if stands && !with.stated(spot)?.iter().any(&unseen) {
                history = with;
            } else {
                out.insert(change.hash);
            }
        }
        Ok(history.heads())
    }
}
