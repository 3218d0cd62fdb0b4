//! Founding a notebook again without some entries: the only way in which words leave a history.
//!
//! Before the first push the tablet does this by itself; afterwards the office leads (`docs/protocol.md`, *gone*).

use super::{Actor, ENTRIES, Notebook, NotebookError};
use crate::ids::EntryId;
use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{ObjId as ExId, ObjType, PatchLog, ROOT, ReadDoc, ScalarValue};
use std::collections::BTreeSet;

/// A value of the old notebook, to be written again.
type Old = (automerge::Value<'static>, ExId);

/// A key of the new notebook at which several values must stand, as they did in the old one.
struct Apart {
    map: ExId,
    key: String,
    values: Vec<Old>,
}

impl Notebook {
    /// The same notebook without the entries named, its whole history gone: every other value stands under its id
    /// with its name, time and what it replaced, and where two people differed they still do.
    /// `actor` must be one that has written nothing yet.
    ///
    /// # Errors
    /// Those of automerge.
    pub fn amend(&self, without: &BTreeSet<EntryId>, actor: &Actor) -> Result<Self, NotebookError> {
        let mut again = Self::found(self.id, actor)?;
        let gone: BTreeSet<String> = without.iter().map(ToString::to_string).collect();
        let mut apart = Vec::new();
        let mut tx = again.doc.transaction();
        for name in self.doc.keys(ROOT) {
            // `id` and `layout` are scalars and stand in the first change already.
            let Some((automerge::Value::Object(ObjType::Map), from)) = self.doc.get(ROOT, name.as_str())? else {
                continue;
            };
            let to = match tx.get(ROOT, name.as_str())? {
                Some((automerge::Value::Object(ObjType::Map), id)) => id,
                _ => tx.put_object(ROOT, name.as_str(), ObjType::Map)?,
            };
            let skip = if name == ENTRIES { gone.clone() } else { BTreeSet::new() };
            self.copy_map(&from, &mut tx, &to, &skip, &mut apart)?;
        }
        tx.commit_with(CommitOptions::default().with_time(0));
        self.copy_differences(&mut again, apart)?;
        Ok(again)
    }

    /// Writes each of several values at the same heads, so that they stand beside each other again; then what stands
    /// apart within them, as in an entry that a tablet wrote twice.
    fn copy_differences(&self, again: &mut Self, mut apart: Vec<Apart>) -> Result<(), NotebookError> {
        while !apart.is_empty() {
            let base = again.doc.get_heads();
            let mut within = Vec::new();
            while apart.iter().any(|a| !a.values.is_empty()) {
                let mut tx = again
                    .doc
                    .transaction_at(PatchLog::inactive(), &base)
                    .map_err(|e| NotebookError::Unreadable(e.to_string()))?;
                for place in &mut apart {
                    if let Some((value, id)) = place.values.pop() {
                        self.copy_value(value, &id, &mut tx, &place.map, &place.key, &mut within)?;
                    }
                }
                tx.commit_with(CommitOptions::default().with_time(0));
            }
            apart = within;
        }
        Ok(())
    }

    fn copy_map(
        &self,
        from: &ExId,
        tx: &mut Transaction<'_>,
        to: &ExId,
        skip: &BTreeSet<String>,
        apart: &mut Vec<Apart>,
    ) -> Result<(), NotebookError> {
        for key in self.doc.keys(from).filter(|key| !skip.contains(key)) {
            let mut values: Vec<Old> =
                self.doc.get_all(from, key.as_str())?.into_iter().map(|(value, id)| (value.into_owned(), id)).collect();
            match (values.pop(), values.is_empty()) {
                (Some((value, id)), true) => self.copy_value(value, &id, tx, to, &key, apart)?,
                (Some(last), false) => {
                    values.push(last);
                    apart.push(Apart { map: to.clone(), key, values });
                }
                (None, _) => {}
            }
        }
        Ok(())
    }

    fn copy_value(
        &self,
        value: automerge::Value<'static>,
        id: &ExId,
        tx: &mut Transaction<'_>,
        to: &ExId,
        key: &str,
        apart: &mut Vec<Apart>,
    ) -> Result<(), NotebookError> {
        match value {
            automerge::Value::Object(ObjType::Map | ObjType::Table) => {
                let map = tx.put_object(to, key, ObjType::Map)?;
                self.copy_map(id, tx, &map, &BTreeSet::new(), apart)
            }
            automerge::Value::Object(kind) => {
                let list = tx.put_object(to, key, kind)?;
                self.copy_list(id, tx, &list)
            }
            automerge::Value::Scalar(scalar) => Ok(tx.put::<_, _, ScalarValue>(to, key, scalar.into_owned())?),
        }
    }

    fn copy_list(&self, from: &ExId, tx: &mut Transaction<'_>, to: &ExId) -> Result<(), NotebookError> {
        for place in 0..self.doc.length(from) {
            match self.doc.get(from, place)? {
                Some((automerge::Value::Object(ObjType::Map), id)) => {
                    let map = tx.insert_object(to, place, ObjType::Map)?;
                    self.copy_map(&id, tx, &map, &BTreeSet::new(), &mut Vec::new())?;
                }
                Some((automerge::Value::Scalar(scalar), _)) => {
                    tx.insert::<_, ScalarValue>(to, place, scalar.into_owned())?
                }
                _ => {}
            }
        }
        Ok(())
    }
}
