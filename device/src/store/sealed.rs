//! Sealed records that wait to be sent; afterwards, for some months, what only its reader can open, should the office be
//! put back to a day before; then a stub without a byte of them.

use super::drafts::parsed;
use crate::error::Error;
use domain::entry::Millis;
use domain::ids::{EntryId, NotebookId, SealedId};
use domain::sealed::SealedKind;
use domain::wire::{Bytes, SealedRecord};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

/// One record as the lists show it.
#[derive(Clone, Debug)]
pub(crate) struct Stub {
    pub(crate) id: SealedId,
    pub(crate) kind: SealedKind,
    pub(crate) notebook: Option<NotebookId>,
    pub(crate) state: String,
    pub(crate) reason: Option<String>,
    pub(crate) made: Millis,
    pub(crate) at: Millis,
}

/// Keeps a record until it is sent; `about` is the note that it belongs to.
pub(crate) fn put(on: &Connection, record: &SealedRecord, about: Option<EntryId>, now: Millis) -> Result<(), Error> {
    on.execute(
        "INSERT INTO sealed (id, kind, notebook, wrapped, body, state, made, at, about)
         VALUES (?1, ?2, ?3, ?4, ?5, 'here', ?6, ?6, ?7)",
        params![
            record.id.to_string(),
            serde_json::to_string(&record.kind)?,
            record.notebook.map(|n| n.to_string()),
            record.wrapped_key.0,
            record.sealed.0,
            now,
            about.map(|entry| entry.to_string()),
        ],
    )?;
    Ok(())
}

/// How to reach whoever gave a note that was taken back goes with it. What the office has of it goes there.
pub(crate) fn forget_about(on: &Connection, entry: EntryId) -> Result<(), Error> {
    on.execute("DELETE FROM sealed WHERE about = ?1", [entry.to_string()])?;
    Ok(())
}

/// A record that waits.
pub(crate) fn get(on: &Connection, id: SealedId) -> Result<Option<SealedRecord>, Error> {
    on.query_row(
        "SELECT id, kind, notebook, wrapped, body FROM sealed WHERE id = ?1 AND body IS NOT NULL",
        [id.to_string()],
        |row| Ok(record(row)),
    )
    .optional()?
    .transpose()
}

/// Ids of those that wait, in no telling order: equality sheets must not show in which order they were filled in.
pub(crate) fn waiting(on: &Connection) -> Result<Vec<SealedId>, Error> {
    let mut statement = on.prepare("SELECT id FROM sealed WHERE state = 'here' ORDER BY substr(id, 25), id")?;
    let ids = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    ids.iter().map(|id| parsed(id)).collect()
}

/// How long the bytes of a sent record stay: longer than anybody goes without noticing that the office was put back.
const KEPT_AFTERWARDS: Millis = 90 * 24 * 60 * 60 * 1000;

/// It is at the office. The bytes of those that have been there for long go.
pub(crate) fn sent(on: &Connection, id: SealedId, now: Millis) -> Result<(), Error> {
    on.execute(
        "UPDATE sealed SET state = 'office', reason = NULL, at = ?2 WHERE id = ?1",
        params![id.to_string(), now],
    )?;
    on.execute(
        "UPDATE sealed SET wrapped = NULL, body = NULL WHERE state = 'office' AND at < ?1 AND body IS NOT NULL",
        [now - KEPT_AFTERWARDS],
    )?;
    Ok(())
}

/// Another life of the office's store may not have them: they are sent again, and one that is there is answered the same.
pub(crate) fn doubt(on: &Connection, now: Millis) -> Result<(), Error> {
    on.execute("UPDATE sealed SET state = 'here', at = ?1 WHERE state = 'office' AND body IS NOT NULL", [now])?;
    Ok(())
}

/// The office refused it; it stays, and is tried again at the next start.
pub(crate) fn refused(on: &Connection, id: SealedId, reason: &str, now: Millis) -> Result<(), Error> {
    on.execute(
        "UPDATE sealed SET state = 'refused', reason = ?2, at = ?3 WHERE id = ?1 AND state = 'here'",
        params![id.to_string(), reason, now],
    )?;
    Ok(())
}

/// Every record, without its bytes.
pub(crate) fn stubs(on: &Connection) -> Result<Vec<Stub>, Error> {
    let mut statement =
        on.prepare("SELECT id, kind, notebook, state, reason, made, at FROM sealed ORDER BY made, id")?;
    let stubs = statement.query_map([], |row| Ok(stub(row)))?.collect::<Result<Vec<_>, _>>()?;
    stubs.into_iter().collect()
}

fn record(row: &Row<'_>) -> Result<SealedRecord, Error> {
    Ok(SealedRecord {
        id: parsed(&row.get::<_, String>(0)?)?,
        kind: serde_json::from_str(&row.get::<_, String>(1)?)?,
        notebook: row.get::<_, Option<String>>(2)?.map(|n| parsed(&n)).transpose()?,
        wrapped_key: Bytes(row.get(3)?),
        sealed: Bytes(row.get(4)?),
    })
}

fn stub(row: &Row<'_>) -> Result<Stub, Error> {
    Ok(Stub {
        id: parsed(&row.get::<_, String>(0)?)?,
        kind: serde_json::from_str(&row.get::<_, String>(1)?)?,
        notebook: row.get::<_, Option<String>>(2)?.map(|n| parsed(&n)).transpose()?,
        state: row.get(3)?,
        reason: row.get(4)?,
        made: row.get(5)?,
        at: row.get(6)?,
    })
}
