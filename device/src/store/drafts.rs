//! Drafts: words being typed. A save is one statement.

use crate::error::Error;
use crate::views::{DraftId, DraftKind};
use domain::entry::Millis;
use domain::ids::{EntryId, NotebookId, PersonId};
use domain::notebook::Heads;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

/// A draft with what its writer had before her.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) id: DraftId,
    pub(crate) notebook: NotebookId,
    pub(crate) kind: DraftKind,
    pub(crate) entry: EntryId,
    pub(crate) heads: Heads,
    pub(crate) fields: String,
    pub(crate) by: PersonId,
    pub(crate) began: Millis,
    /// Begun under a PIN that is forgotten: read by nobody.
    pub(crate) shut: bool,
}

const COLUMNS: &str = "SELECT id, notebook, kind, entry, heads, fields, by, began, shut FROM draft";

/// Begins a draft.
pub(crate) fn put(on: &Connection, draft: &Draft) -> Result<(), Error> {
    on.prepare(
        "INSERT INTO draft (id, notebook, kind, entry, heads, fields, by, began, saved, shut)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9)",
    )?
    .execute(params![
        draft.id.0.to_string(),
        draft.notebook.to_string(),
        serde_json::to_string(&draft.kind)?,
        draft.entry.to_string(),
        serde_json::to_string(&draft.heads)?,
        draft.fields,
        draft.by.to_string(),
        draft.began,
        draft.shut,
    ])?;
    Ok(())
}

/// Keeps the fields so far; `false` when there is no such draft.
pub(crate) fn save(on: &Connection, id: DraftId, fields: &str, now: Millis) -> Result<bool, Error> {
    let touched = on.prepare("UPDATE draft SET fields = ?2, saved = ?3 WHERE id = ?1")?.execute(params![
        id.0.to_string(),
        fields,
        now
    ])?;
    Ok(touched == 1)
}

/// Somebody else writes it; `false` when there is no such draft.
pub(crate) fn written_by(on: &Connection, id: DraftId, by: PersonId) -> Result<bool, Error> {
    let touched = on.execute("UPDATE draft SET by = ?2 WHERE id = ?1", params![id.0.to_string(), by.to_string()])?;
    Ok(touched == 1)
}

/// It is another kind of note from now on.
pub(crate) fn become_kind(on: &Connection, id: DraftId, kind: &DraftKind) -> Result<(), Error> {
    on.execute("UPDATE draft SET kind = ?2 WHERE id = ?1", params![id.0.to_string(), serde_json::to_string(kind)?])?;
    Ok(())
}

/// Nobody reads it here any more.
pub(crate) fn shut(on: &Connection, id: DraftId) -> Result<(), Error> {
    on.execute("UPDATE draft SET shut = 1 WHERE id = ?1", [id.0.to_string()])?;
    Ok(())
}

/// The heads that a draft stands on from now on, because the old ones are no more.
pub(crate) fn rebase(on: &Connection, id: DraftId, heads: &Heads) -> Result<(), Error> {
    on.execute("UPDATE draft SET heads = ?2 WHERE id = ?1", params![id.0.to_string(), serde_json::to_string(heads)?])?;
    Ok(())
}

/// A draft.
pub(crate) fn get(on: &Connection, id: DraftId) -> Result<Option<Draft>, Error> {
    on.prepare(&format!("{COLUMNS} WHERE id = ?1"))?
        .query_row([id.0.to_string()], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// Every draft, the oldest first.
pub(crate) fn all(on: &Connection) -> Result<Vec<Draft>, Error> {
    let mut statement = on.prepare(&format!("{COLUMNS} ORDER BY began, id"))?;
    let drafts = statement.query_map([], |row| Ok(read(row)))?.collect::<Result<Vec<_>, _>>()?;
    drafts.into_iter().collect()
}

/// Ends a draft.
pub(crate) fn end(on: &Connection, id: DraftId) -> Result<(), Error> {
    on.prepare("DELETE FROM draft WHERE id = ?1")?.execute([id.0.to_string()])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Draft, Error> {
    Ok(Draft {
        id: DraftId(parsed(&row.get::<_, String>(0)?)?),
        notebook: parsed(&row.get::<_, String>(1)?)?,
        kind: serde_json::from_str(&row.get::<_, String>(2)?)?,
        entry: parsed(&row.get::<_, String>(3)?)?,
        heads: serde_json::from_str(&row.get::<_, String>(4)?)?,
        fields: row.get(5)?,
        by: parsed(&row.get::<_, String>(6)?)?,
        began: row.get(7)?,
        shut: row.get(8)?,
    })
}

/// A stored id, read back.
pub(crate) fn parsed<T: std::str::FromStr>(text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| Error::Fault("an id in the store cannot be read".into()))
}
