//! Rows of photos: those that wait for their covers, and those that are kept. The pictures are sealed files beside.

use super::drafts::parsed;
use crate::error::Error;
use crate::views::PendingId;
use domain::entry::Millis;
use domain::ids::{NotebookId, PersonId};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

/// A photo that waits for its covers.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) id: PendingId,
    pub(crate) notebook: NotebookId,
    pub(crate) by: PersonId,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) key: [u8; 32],
    pub(crate) began: Millis,
    /// What is typed and covered so far, as JSON text.
    pub(crate) fields: String,
}

/// A photo that is kept.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) hash: String,
    pub(crate) notebook: NotebookId,
    pub(crate) size: u64,
    pub(crate) key: [u8; 32],
    pub(crate) have: u64,
    pub(crate) state: String,
    pub(crate) reason: Option<String>,
    pub(crate) made: Millis,
    pub(crate) at: Millis,
}

/// Begins to wait.
pub(crate) fn put_pending(on: &Connection, photo: &Pending) -> Result<(), Error> {
    on.execute(
        "INSERT INTO pending (id, notebook, by, width, height, key, began, fields) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            photo.id.0.to_string(),
            photo.notebook.to_string(),
            photo.by.to_string(),
            photo.width,
            photo.height,
            photo.key,
            photo.began,
            photo.fields
        ],
    )?;
    Ok(())
}

/// Those that wait, the oldest first.
pub(crate) fn pending(on: &Connection) -> Result<Vec<Pending>, Error> {
    let mut statement =
        on.prepare("SELECT id, notebook, by, width, height, key, began, fields FROM pending ORDER BY began, id")?;
    let rows = statement.query_map([], |row| Ok(read_pending(row)))?.collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().collect()
}

/// Keeps what is typed and covered so far; says whether the photo waits at all.
pub(crate) fn save_pending(on: &Connection, id: PendingId, fields: &str) -> Result<bool, Error> {
    Ok(on.execute("UPDATE pending SET fields = ?2 WHERE id = ?1", params![id.0.to_string(), fields])? == 1)
}

/// How many photos wait for their covers in a notebook.
pub(crate) fn pending_in(on: &Connection, notebook: NotebookId) -> Result<u32, Error> {
    let mut statement = on.prepare("SELECT count(*) FROM pending WHERE notebook = ?1")?;
    Ok(statement.query_row([notebook.to_string()], |row| row.get(0))?)
}

/// Photos that the office does not have whole, refused ones and those without covers too, and the bytes of the covered.
pub(crate) fn not_there(on: &Connection) -> Result<(u32, u64), Error> {
    let mut statement = on.prepare(
        "SELECT (SELECT count(*) FROM pending) + count(*), coalesce(sum(size), 0) FROM photo WHERE state <> 'office'",
    )?;
    Ok(statement.query_row([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?)
}

/// It waits no more.
pub(crate) fn end_pending(on: &Connection, id: PendingId) -> Result<(), Error> {
    on.execute("DELETE FROM pending WHERE id = ?1", [id.0.to_string()])?;
    Ok(())
}

/// Keeps a photo; one that is here already stays as it is.
pub(crate) fn put(on: &Connection, photo: &Kept, thumbnail: &[u8]) -> Result<(), Error> {
    on.execute(
        "INSERT INTO photo (hash, notebook, size, thumbnail, key, state, made, at) VALUES (?1, ?2, ?3, ?4, ?5, 'here', ?6, ?6)
         ON CONFLICT (hash) DO NOTHING",
        params![photo.hash, photo.notebook.to_string(), whole(photo.size), thumbnail, photo.key, photo.made],
    )?;
    Ok(())
}

const COLUMNS: &str = "SELECT hash, notebook, size, key, have, state, reason, made, at FROM photo";

/// Every photo, the oldest first.
pub(crate) fn all(on: &Connection) -> Result<Vec<Kept>, Error> {
    let mut statement = on.prepare(&format!("{COLUMNS} ORDER BY made, hash"))?;
    let rows = statement.query_map([], |row| Ok(read(row)))?.collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().collect()
}

/// Hash and size of those that are not complete at the office, the oldest first.
pub(crate) fn waiting(on: &Connection) -> Result<Vec<(String, u64)>, Error> {
    let mut statement = on.prepare("SELECT hash, size FROM photo WHERE state = 'here' ORDER BY made, hash")?;
    Ok(statement
        .query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?
        .collect::<Result<Vec<_>, _>>()?)
}

/// A photo by its hash.
pub(crate) fn get(on: &Connection, hash: &str) -> Result<Option<Kept>, Error> {
    on.query_row(&format!("{COLUMNS} WHERE hash = ?1"), [hash], |row| Ok(read(row))).optional()?.transpose()
}

/// A photo's thumbnail.
pub(crate) fn thumbnail(on: &Connection, hash: &str) -> Result<Option<Vec<u8>>, Error> {
    Ok(on.query_row("SELECT thumbnail FROM photo WHERE hash = ?1", [hash], |row| row.get(0)).optional()?)
}

/// So much of it is at the office.
pub(crate) fn progress(on: &Connection, hash: &str, have: u64, complete: bool, now: Millis) -> Result<(), Error> {
    on.execute(
        "UPDATE photo SET have = ?2, state = CASE WHEN ?3 THEN 'office' ELSE 'here' END, reason = NULL, at = ?4 WHERE hash = ?1",
        params![hash, whole(have), complete, now],
    )?;
    Ok(())
}

/// The office refused it; it stays, and is tried again at the next start.
pub(crate) fn refused(on: &Connection, hash: &str, reason: &str, now: Millis) -> Result<(), Error> {
    on.execute("UPDATE photo SET state = 'refused', reason = ?2, at = ?3 WHERE hash = ?1", params![hash, reason, now])?;
    Ok(())
}

/// It belongs to another notebook from now on.
pub(crate) fn belongs(on: &Connection, hash: &str, notebook: NotebookId) -> Result<(), Error> {
    on.execute("UPDATE photo SET notebook = ?2 WHERE hash = ?1", params![hash, notebook.to_string()])?;
    Ok(())
}

/// Forgets a photo.
pub(crate) fn forget(on: &Connection, hash: &str) -> Result<(), Error> {
    on.execute("DELETE FROM photo WHERE hash = ?1", [hash])?;
    Ok(())
}

/// Another life of the office's store may not have them: each is asked about again.
pub(crate) fn doubt(on: &Connection) -> Result<(), Error> {
    on.execute("UPDATE photo SET state = 'here', have = 0 WHERE state = 'office'", [])?;
    Ok(())
}

/// SQLite's numbers are signed; no size comes near the half of them.
fn whole(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

fn key(blob: Vec<u8>) -> Result<[u8; 32], Error> {
    blob.try_into().map_err(|_| Error::Fault("a photo's key cannot be read".into()))
}

fn read_pending(row: &Row<'_>) -> Result<Pending, Error> {
    Ok(Pending {
        id: PendingId(parsed(&row.get::<_, String>(0)?)?),
        notebook: parsed(&row.get::<_, String>(1)?)?,
        by: parsed(&row.get::<_, String>(2)?)?,
        width: row.get(3)?,
        height: row.get(4)?,
        key: key(row.get(5)?)?,
        began: row.get(6)?,
        fields: row.get(7)?,
    })
}

fn read(row: &Row<'_>) -> Result<Kept, Error> {
    Ok(Kept {
        hash: row.get(0)?,
        notebook: parsed(&row.get::<_, String>(1)?)?,
        size: row.get::<_, i64>(2)?.unsigned_abs(),
        key: key(row.get(3)?)?,
        have: row.get::<_, i64>(4)?.unsigned_abs(),
        state: row.get(5)?,
        reason: row.get(6)?,
        made: row.get(7)?,
        at: row.get(8)?,
    })
}
